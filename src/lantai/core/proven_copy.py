"""A copy proven while it is made 边抄边核: what a large file gives to its digests is written beside,
and each piece is synced, forgotten by the system's memory, read back and held against it.

So the bytes of a large file are read once and digested once, and yet the copy is known to be on
the disk as they were. A copy that can not be made or does not read back is let go: whoever wanted
it copies again, and meets the fault where it can be told.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from lantai.core.small_files import write_all

PIECE = 8 << 20
"""Bytes synced and read back together: fewer cost more calls, more hold more memory."""

LEAST = 16 << 20
"""Bytes of a file from which on it pays: below, digesting the copy again is as quick."""

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)


@dataclass(frozen=True)
class Proof:
    """The file that was read back, as the file system knows it: whole while nobody writes to it."""

    device: int
    inode: int
    size: int
    modified: int

    @classmethod
    def of(cls, found: os.stat_result) -> Proof:
        """Of a file as it is now."""
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)

    def holds(self, path: str | Path) -> bool:
        """Whether the file of this name is the one that was read back, unwritten since."""
        try:
            return Proof.of(os.lstat(path)) == self
        except OSError:
            return False


@dataclass(frozen=True)
class Copied:
    """A proven copy: where it lies, and the proof."""

    path: Path
    proof: Proof

    def drop(self) -> None:
        """It is not wanted after all."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)


class ProvenCopy:
    """A copy in the making at ``target``; given each block as a digest is."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self._piece: list[bytes] = []
        self._held = self._done = 0
        self._handle: int | None = None
        with suppress(OSError):
            self._handle = os.open(target, _NEW, 0o666)

    def update(self, block: bytes, /) -> None:
        """Write the next bytes; once they are enough, prove them."""
        if self._handle is None:
            return
        try:
            write_all(self._handle, block)
            self._piece.append(block)
            self._held += len(block)
            if self._held >= PIECE and not self._prove(self._handle):
                self.abandon()
        except OSError:
            self.abandon()

    def finish(self) -> Copied | None:
        """The copy with its proof; None when it could not be made or did not read back."""
        if self._handle is None:
            return None
        try:
            if self._prove(self._handle):
                os.fsync(self._handle)
                proof = Proof.of(os.fstat(self._handle))
                self._close()
                return Copied(self.target, proof)
        except OSError:
            pass
        self.abandon()
        return None

    def abandon(self) -> None:
        """Close and remove what there is."""
        if self._handle is not None:
            self._close()
            with suppress(OSError):
                self.target.unlink(missing_ok=True)

    def _close(self) -> None:
        handle, self._handle, self._piece = self._handle, None, []
        if handle is not None:
            with suppress(OSError):
                os.close(handle)

    def _prove(self, handle: int) -> bool:
        """Whether the disk gives back the piece that was written."""
        os.fdatasync(handle)
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(handle, self._done, self._held, os.POSIX_FADV_DONTNEED)
        for block in self._piece:
            if not _reads_as(handle, self._done, block):
                return False
            self._done += len(block)
        self._piece, self._held = [], 0
        return True


def _reads_as(handle: int, at: int, block: bytes) -> bool:
    found = os.pread(handle, len(block), at)
    while found and len(found) < len(block):  # a read may give less than was asked for
        more = os.pread(handle, len(block) - len(found), at + len(found))
        if not more:
            return False
        found += more
    return found == block


class Copies:
    """Places for proven copies of large files, below a folder made when the first is wanted.

    A context manager: what nobody moved away is removed at the end.
    """

    def __init__(self, new_folder: Callable[[], Path]) -> None:
        self._new_folder = new_folder
        self._folder: Path | None = None
        self._count = 0

    def place(self, size: int) -> Path | None:
        """Where to copy a file of this size; None for one too small to pay."""
        if size < LEAST:
            return None
        if self._folder is None:
            self._folder = self._new_folder()
        self._count += 1
        return self._folder / str(self._count)

    def __enter__(self) -> Copies:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
