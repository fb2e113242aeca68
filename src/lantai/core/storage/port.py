"""The storage port 存储端口: whole trees of files, moved in at once, never grown in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable


class StorageFailure(Exception):
    """The store could not do what it promised; the message names the path and the cause."""


class PathTaken(StorageFailure):
    """Something already lies where a tree was to be moved in."""


class Storage(Protocol):
    """Paths are relative, '/'-separated, UTF-8, byte-exact."""

    def open(self, path: str) -> BinaryIO: ...

    def exists(self, path: str) -> bool: ...

    def size(self, path: str) -> int: ...

    def walk(self, path: str = "") -> Iterator[str]:
        """Every file below path, in byte order."""
        ...

    def new_staging(self) -> Path:
        """An empty local folder on the store's own file system, to be filled and moved in."""
        ...

    def move_in(self, staged: Path, path: str) -> None:
        """Make a staged tree durable (fsync), then move it to ``path`` in one step.

        Refuses with `PathTaken` when ``path`` exists.
        """
        ...

    def write(self, path: str, data: bytes) -> None:
        """Write a small file whole: beside, synced, renamed over."""
        ...

    def remove(self, path: str) -> None:
        """Remove a file or tree (only garbage collection and the approved destruction do)."""
        ...


@runtime_checkable
class MovesMany(Protocol):
    """A store that makes many staged trees durable at the price of one."""

    def move_in_many(self, moves: Sequence[tuple[Path, str]]) -> list[StorageFailure | None]:
        """Sync all the trees together, then move each in; one answer a move, None when done.

        When it returns, everything moved is durable. A failed sync fails all of them.
        """
        ...


@runtime_checkable
class FindsMarked(Protocol):
    """A store that can look for marked folders without listing what is in them."""

    def find_marked(self, path: str, marker: str) -> Iterator[str]:
        """Folders below path holding a file whose name starts with ``marker``, in byte order.

        A marked folder is not entered.
        """
        ...
