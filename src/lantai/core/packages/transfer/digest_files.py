"""Manifests of digests: `manifest-sm3.txt` and others, lines `digest  path`, sorted by path."""

from __future__ import annotations

import re
from pathlib import Path

from lantai.core.fixity import digest_stream
from lantai.core.packages.index import PackageIndex
from lantai.core.packages.package import Package

MANIFEST = re.compile(r"^manifest-(sm3|sha512|sha256)\.txt$", re.IGNORECASE)
_LINE = re.compile(r"^([0-9a-fA-F]{64,128})[ \t]+\*?(.+?)\r?$")
_LENGTHS = {"sm3": 64, "sha256": 64, "sha512": 128}
MAX_LINE = 8192  # a path longer than this is on no file system


def write_manifest(path: Path, algorithm: str, index: PackageIndex) -> None:
    """Write one manifest from the digests gathered."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for name, value in index.digest_lines(algorithm):
            stream.write(f"{value}  {name}\n")


def read_manifest(package: Package, name: str) -> None:
    """Take a manifest's lines into the index; bad ones become faults of the package."""
    match = MANIFEST.match(name)
    algorithm = match[1].lower() if match else ""
    with package.place(name).open("rb") as stream:
        number = 0
        while raw := stream.readline(MAX_LINE):
            number += 1
            line = raw.decode("utf-8", "replace").rstrip("\n").lstrip("\ufeff")
            if not line.strip():
                continue
            found = _LINE.match(line)
            if not found or len(found[1]) != _LENGTHS[algorithm]:
                package.fault("manifest-line-bad", name, f"{number}: {line[:80]}")
            elif not package.index.add_digest(
                algorithm, found[2].removeprefix("./"), found[1].lower()
            ):
                package.fault("manifest-line-twice", name, found[2][:200])


class _Lines:
    """Manifest lines as a stream of bytes, so that they are digested without being held."""

    def __init__(self, index: PackageIndex, algorithm: str) -> None:
        self.lines = index.digest_lines(algorithm)

    def read(self, size: int = -1) -> bytes:
        """The next block; empty at the end."""
        block: list[str] = []
        for path, value in self.lines:
            block.append(f"{value}  {path}\n")
            if len(block) >= 1000:
                break
        return "".join(block).encode()


def digest_of_manifest(index: PackageIndex) -> str:
    """The package digest 信息包摘要: SM3 of the sorted SM3 manifest; empty without one."""
    if "sm3" not in index.algorithms():
        return ""
    return digest_stream(_Lines(index, "sm3"), algorithms=("sm3",)).values["sm3"]  # type: ignore[arg-type]
