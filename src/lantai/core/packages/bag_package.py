"""A bag (BagIt, RFC 8493) whose payload is a transfer package or plain files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lantai.core.packages.index import PackageIndex
from lantai.core.packages.package import (
    FAULTS_KEPT,
    Package,
    PackageUnreadable,
    TransferItem,
)
from lantai.core.packages.plain import PlainPackage
from lantai.core.packages.transfer import looks_like_transfer, read_transfer_package

MANIFEST = re.compile(r"^manifest-(md5|sha1|sha224|sha256|sha384|sha512|sm3)\.txt$")
_LINE = re.compile(r"^([0-9a-fA-F]+)[ \t]+\*?(.+?)$")
_MAX_LINE = 8192


def is_bag(path: Path) -> bool:
    """Whether a folder has the bag's declaration and payload."""
    return (path / "bagit.txt").is_file() and (path / "data").is_dir()


class BagPackage(Package):
    """The payload's items, with the bag's own manifests as claimed digests.

    Paths are those of the payload (without ``data/``); ``folder`` is the payload folder.
    """

    profile = "bagit"

    def __init__(self, path: Path) -> None:
        if not is_bag(path):
            raise PackageUnreadable(f"{path.name}：没有 bagit.txt 或 data / not a bag")
        payload = path / "data"
        inner: Package = (
            read_transfer_package(payload)
            if looks_like_transfer(payload)
            else PlainPackage(payload)
        )
        self.inner, self.bag = inner, path
        self.folder, self.identifier = inner.folder, path.name
        self.index: PackageIndex = inner.index
        self.manifest, self.layout = inner.manifest, inner.layout
        self.faults, self.faults_seen = inner.faults[:FAULTS_KEPT], inner.faults_seen
        self.has_metadata = inner.has_metadata
        found = [f for f in sorted(path.iterdir()) if MANIFEST.match(f.name) and f.is_file()]
        for manifest in found:
            self._read(manifest)
        if not found:
            self.fault("manifest-missing", "manifest-sha512.txt")

    def _read(self, path: Path) -> None:
        algorithm = path.name.removeprefix("manifest-").removesuffix(".txt")
        with path.open("rb") as stream:
            while raw := stream.readline(_MAX_LINE):
                line = raw.decode("utf-8", "replace").strip("\r\n")
                found = _LINE.match(line)
                if not found:
                    if line.strip():
                        self.fault("manifest-line-bad", path.name, line[:80])
                    continue
                name = found[2].replace("%0A", "\n").replace("%0D", "\r").removeprefix("./")
                if not name.startswith("data/"):
                    self.fault("manifest-line-bad", path.name, name[:80])
                    continue
                self.index.add_digest(algorithm, name.removeprefix("data/"), found[1].lower())

    def item_count(self) -> int:
        """As the payload."""
        return self.inner.item_count()

    def received(self, item: TransferItem) -> Path | None:
        """As the payload."""
        return self.inner.received(item)

    def items(self) -> Iterator[TransferItem]:
        """As the payload."""
        return self.inner.items()
