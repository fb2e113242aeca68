"""Reading a file whose size its sender chose: never more than is allowed, nor room for more."""

from __future__ import annotations

import os
from pathlib import Path


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
