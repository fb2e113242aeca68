"""The storage port 存储端口: whole trees of files, moved in at once, never grown in place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol


class StorageFailure(Exception):
    """The store could not do what it promised; the message names the path and the cause."""


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

        Refuses when ``path`` exists.
        """
        ...

    def write(self, path: str, data: bytes) -> None:
        """Write a small file whole: beside, synced, renamed over."""
        ...

    def remove(self, path: str) -> None:
        """Remove a file or tree (only garbage collection and the approved destruction do)."""
        ...
