"""Reading a file whose size its sender chose: never more than is allowed, nor room for more."""

from __future__ import annotations

import io
import os
from pathlib import Path


class MeasuredFile(io.BufferedReader):
    """A file on disk of which no read asks for more than is left.

    A plain ``read(n)`` makes room for ``n`` bytes first, and ``n`` is often a length that the
    file itself states: one false length of a chunk or tag then takes gigabytes.
    """

    def __init__(self, path: Path | str) -> None:
        super().__init__(io.FileIO(path))
        self._size = os.fstat(self.fileno()).st_size

    def read(self, size: int | None = -1, /) -> bytes:
        """At most what is left of the file."""
        if size is None or size < 0:
            return super().read(size)
        return super().read(min(size, max(self._size - self.tell(), 0)))


def read_at_most(path: Path | str, most: int) -> bytes:
    """The first ``most`` bytes of a file; OSError as `open` raises it.

    A plain ``read(most)`` makes room for ``most`` bytes before it looks at the file.
    """
    with Path(path).open("rb", buffering=0) as stream:
        parts, left = [], most
        while left and (piece := stream.read(min(left, _room(stream.fileno(), most - left)))):
            parts.append(piece)
            left -= len(piece)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _room(handle: int, done: int) -> int:
    """What is still to come, and one byte to meet the end (or a file that grows)."""
    return max(os.fstat(handle).st_size - done, 0) + 1
