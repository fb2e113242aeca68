"""Staging a version 暂存: the folder is filled, written down, and read back before it moves in."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lantai.core.fixity import Digests, copy_with_digests, digest_bytes, digest_file
from lantai.core.ocfl.inventory import (
    DIGEST,
    INVENTORY,
    OBJECT_MARK,
    SIDECAR,
    ContentPath,
    Inventory,
    LogicalPath,
    sidecar_bytes,
)
from lantai.core.proven_copy import Proof
from lantai.core.small_files import copy_new, hash_of, read_whole, write_new, write_over

LONGEST_NAME = 255
"""Bytes a file name may have on the file systems we store on."""


class StagedWrong(Exception):
    """What was read back from staging is not what was given: the medium or the source changed."""


@dataclass(frozen=True)
class NewFile:
    """A file for a version: its logical path and where its bytes are.

    ``digests`` already known (both algorithms) save a reading and are held against the copy.
    ``consume`` lets a source on the store's own file system be moved instead of copied; one that
    was read back with these digests when it was made brings its ``proof``.
    """

    logical_path: str
    source: Path | bytes
    digests: Digests | None = None
    consume: bool = False
    proof: Proof | None = None


class VersionStage:
    """One version being filled below ``folder`` (the future object or version folder)."""

    def __init__(
        self,
        content: Path,
        prefix: str,
        known: dict[str, list[ContentPath]],
        fixity: Sequence[str],
    ) -> None:
        self.content, self.prefix, self.fixity = content, prefix, tuple(fixity)
        self.manifest = {digest: list(paths) for digest, paths in known.items()}
        self.extra: dict[str, dict[str, list[ContentPath]]] = {}
        self.state: dict[str, list[LogicalPath]] = {}
        self.digests: dict[str, Digests] = {}
        self.added: dict[ContentPath, str] = {}
        self.proofs: dict[ContentPath, Proof] = {}
        self._made: set[str] = set()

    def add(self, file: NewFile) -> None:
        """Bring one file in; bytes the object already has are not stored again."""
        known = file.digests
        if known is not None and known.values.get(DIGEST) in self.manifest:
            self._enter(file.logical_path, known)
            return
        storable = _storable(file.logical_path)
        content = ContentPath(f"{self.prefix}/{storable}")
        target = f"{self.content}/{storable}"
        self._make_folder(target.rpartition("/")[0])
        digests = self._bring(file, target)
        digest = digests.values[DIGEST]
        if digest in self.manifest:
            Path(target).unlink()
            self._drop_empty(Path(target).parent)
        else:
            self.manifest[digest] = [content]
            self.added[content] = digest
            if file.proof is not None and digests is file.digests:
                self.proofs[content] = file.proof
            for algorithm in self.fixity:
                block = self.extra.setdefault(algorithm, {})
                block.setdefault(digests.values[algorithm], []).append(content)
        self._enter(file.logical_path, digests)

    def keep(self, logical: LogicalPath, digest: str) -> None:
        """Carry a file of an earlier version over."""
        self.state.setdefault(digest, []).append(logical)

    def _enter(self, logical: str, digests: Digests) -> None:
        self.state.setdefault(digests.values[DIGEST], []).append(LogicalPath(logical))
        self.digests[logical] = digests

    def _make_folder(self, folder: str) -> None:
        if folder not in self._made:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103  (a path object costs more than the call)
            self._made.add(folder)

    def _bring(self, file: NewFile, target: str) -> Digests:
        wanted = (DIGEST, *self.fixity)
        if isinstance(file.source, Path) and not _is_plain_file(file.source):
            raise StagedWrong(f"不是普通文件 not a plain file: {file.source.name}")
        if isinstance(file.source, bytes):
            write_new(target, file.source)
            digests = digest_bytes(file.source, wanted)
        elif file.digests is not None and all(name in file.digests.values for name in wanted):
            _move_or_copy(file.source, target, consume=file.consume)
            return file.digests  # held against the copy when the stage is read back
        else:
            digests = copy_with_digests(file.source, Path(target), wanted)
            if file.consume:
                file.source.unlink()
        _hold(file, digests)
        return digests

    def _drop_empty(self, folder: Path) -> None:
        while folder != self.content and not any(folder.iterdir()):
            folder.rmdir()
            self._made.discard(str(folder))
            folder = folder.parent


def _hold(file: NewFile, digests: Digests) -> None:
    """Refuse a copy that is not what the caller said the file is."""
    for algorithm, value in (file.digests.values if file.digests else {}).items():
        if digests.values.get(algorithm, value).lower() != value.lower():
            raise StagedWrong(
                f"文件与给定校验值不符 not the bytes announced ({algorithm}): {file.logical_path}"
            )


def _is_plain_file(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode)


def _move_or_copy(source: Path, target: str, *, consume: bool) -> None:
    if consume:
        try:
            source.rename(target)
            return
        except OSError:
            pass  # another file system: copy, then remove
    copy_new(source, target)
    if consume:
        source.unlink()


def _storable(logical: str) -> str:
    """A content path for a logical path: itself, unless a name is too long for the disk."""
    parts = logical.split("/")
    if all(len(part.encode("utf-8")) <= LONGEST_NAME for part in parts) and len(logical) < 900:
        return logical
    suffix = Path(parts[-1]).suffix
    suffix = suffix if len(suffix.encode("utf-8")) <= 16 else ""
    return hashlib.sha256(logical.encode("utf-8")).hexdigest() + suffix


def write_inventory(folder: Path, data: bytes) -> None:
    """The inventory and its sidecar into a staged folder."""
    place, sidecar = str(folder), sidecar_bytes(data)
    for name, content in ((INVENTORY, data), (SIDECAR, sidecar)):
        write_over(f"{place}/{name}", content)


def write_object_root(folder: Path, head: str, data: bytes) -> None:
    """What makes a staged folder an OCFL object: declaration, inventory, first version's own."""
    write_new(f"{folder}/{OBJECT_MARK}", OBJECT_MARK[2:].encode() + b"\n")
    write_inventory(folder, data)
    os.makedirs(f"{folder}/{head}", exist_ok=True)  # noqa: PTH103
    write_inventory(folder / head, data)


def read_back(
    folder: Path, version_folder: Path, stage: VersionStage, inventory: Inventory, data: bytes
) -> None:
    """Read the staged version from the disk and hold it against its inventory: `StagedWrong`.

    Every file is digested anew, but those read back already and untouched since; nothing may lie
    there that the inventory does not name.
    """
    sidecar = sidecar_bytes(data)
    for place in {folder, version_folder}:
        if read_whole(f"{place}/{INVENTORY}") != data:
            raise StagedWrong(f"清单写入有误 inventory written wrong: {place.name}")
        if read_whole(f"{place}/{SIDECAR}") != sidecar:
            raise StagedWrong(f"清单校验值写入有误 sidecar written wrong: {place.name}")
    head = inventory.head
    expected = {f"{head}/{INVENTORY}", f"{head}/{SIDECAR}", *stage.added}
    found = {f"{head}/{name}" for name in _files(version_folder)}
    if found != expected:
        raise StagedWrong(
            f"暂存内容与清单不一致 staged files differ: {sorted(found ^ expected)[:3]}"
        )
    for content, digest in stage.added.items():
        file = f"{version_folder}/{content.partition('/')[2]}"
        proof = stage.proofs.get(content)
        if (proof is None or not proof.holds(file)) and hash_of(file, DIGEST) != digest:
            raise StagedWrong(f"复制后校验不符 digest differs after the copy: {content}")


def _files(top: Path) -> list[str]:
    found: list[str] = []
    pending = [""]
    while pending:
        inner = pending.pop()
        with os.scandir(f"{top}/{inner}" if inner else top) as entries:
            for entry in entries:
                name = f"{inner}/{entry.name}" if inner else entry.name
                if entry.is_dir(follow_symlinks=False):
                    pending.append(name)
                else:
                    found.append(name)
    return found


def digests_of_source(source: Path | bytes, algorithms: Sequence[str]) -> Digests:
    """The digests of a source that is not to be stored, only compared."""
    if isinstance(source, bytes):
        return digest_bytes(source, algorithms)
    return digest_file(source, algorithms)
