"""One archive on its way out of its wrapping 解包: limits, names, counts, and the bytes written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lantai.core.fixity import Digests, new_hasher
from lantai.core.packages.names import NamesSeen, check_name
from lantai.core.packages.refusal import PackageRefused
from lantai.core.progress import Progress

BLOCK = 1 << 20
RATIO_FLOOR = 16 << 20
"""Bytes below which compression is never called a bomb: empty tables shrink a thousand times."""


@dataclass(frozen=True)
class UnpackLimits:
    """What a package may be at most."""

    files: int = 1_000_000
    total_bytes: int = 4 << 40
    ratio: int = 100
    depth: int = 255


@dataclass(frozen=True, slots=True)
class UnpackedFile:
    """A file as it lies below the folder now, and the bytes of the name it came with."""

    path: str
    size: int
    original_name: bytes
    digests: Digests | None = None


class Unpacking:
    """One archive being written out: counts, limits, names; what the readers write through."""

    def __init__(
        self,
        source: Path,
        folder: Path,
        limits: UnpackLimits,
        progress: Progress,
        algorithms: Sequence[str],
    ) -> None:
        self.folder, self.limits, self.progress = folder, limits, progress
        self.algorithms = tuple(algorithms)
        self.packed_size = source.stat().st_size
        self.written = 0
        self.total = 0
        self.files: list[UnpackedFile] = []
        self._names = NamesSeen()
        self._made: set[str] = set()

    def let_in(self, name: str) -> str:
        """The path of a file's name, when it may come in."""
        path = check_name(name, self.limits.depth)
        if not path:
            raise PackageRefused("empty-name", name)
        self._names.add_file(path)
        return path

    def make_folder(self, name: str) -> None:
        """A folder of the archive (a package may hold empty ones)."""
        path = check_name(name, self.limits.depth)
        if path:
            self._names.add_folder(path)
            self._ensure(path)
            self._count(len(self._made) + len(self.files))

    def expect(self, files: int, size: int) -> None:
        """Refuse from what the archive says of itself, before anything is written."""
        self.total = files
        self._count(files)
        self.weigh(size)

    def write(self, path: str, stream: BinaryIO, original_name: bytes) -> None:
        """Write one file from a stream."""
        with self.writer(path, original_name) as out:
            while block := stream.read(BLOCK):
                out.write(block)

    def writer(self, path: str, original_name: bytes) -> FileOut:
        """A place to write one file's bytes to."""
        self._ensure(path.rpartition("/")[0])
        self._count(len(self.files) + 1)
        return FileOut(self, path, original_name)

    def grow(self, count: int) -> None:
        """Count bytes as they come, so that a lie in a header does not help."""
        self.written += count
        self.weigh(self.written)

    def _count(self, files: int) -> None:
        if files > self.limits.files:
            raise PackageRefused("too-many", limit=self.limits.files)

    def weigh(self, size: int) -> None:
        """Refuse when so many unpacked bytes are more than the limits allow."""
        if size > self.limits.total_bytes:
            raise PackageRefused("too-big", limit=self.limits.total_bytes)
        if size > max(RATIO_FLOOR, self.packed_size * self.limits.ratio):
            raise PackageRefused("ratio", limit=self.limits.ratio)

    def _ensure(self, path: str) -> None:
        if path and path not in self._made:
            self.folder.joinpath(*path.split("/")).mkdir(parents=True, exist_ok=True)
            self._made.add(path)


class FileOut:
    """One file on its way to the disk: counted, and digested if asked for."""

    def __init__(self, unpacking: Unpacking, path: str, original_name: bytes) -> None:
        self._unpacking, self._path, self._original = unpacking, path, original_name
        self._hashers = {name: new_hasher(name) for name in unpacking.algorithms}
        self._size = 0
        self._out = unpacking.folder.joinpath(*path.split("/")).open("xb")

    def write(self, block: bytes) -> int:
        self._unpacking.grow(len(block))
        for hasher in self._hashers.values():
            hasher.update(block)
        self._size += len(block)
        return self._out.write(block)

    def close(self) -> None:
        """Close the file and enter it in the list."""
        if self._out.closed:
            return
        self._out.close()
        values = {name: hasher.hexdigest() for name, hasher in self._hashers.items()}
        digests = Digests(self._size, values) if values else None
        files = self._unpacking.files
        files.append(UnpackedFile(self._path, self._size, self._original, digests))
        self._unpacking.progress(len(files), self._unpacking.total, self._path)

    def __enter__(self) -> FileOut:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            self.close()
        else:
            self._out.close()
