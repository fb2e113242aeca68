"""Mapped pages: what the engine has read of the index's files stays mapped until it is opened anew.

The system's copy of the pages stays either way, and what is asked next finds it there; but a process
would come to hold all that was ever asked of a large index, and be told to be larger than it is.
"""

from __future__ import annotations

from collections.abc import Callable

from lantai.core.memory import files_held

MOST = 2_000_000_000  # bytes of files a process holds, beyond the least it held since it opened


class Mapped:
    """Tells when the index is better opened anew: once for each so many bytes more that the process
    came to hold of files, be it for this index or for another."""

    def __init__(self, most: int = MOST, held: Callable[[], int] = files_held) -> None:
        self._most, self._held = most, held
        self._least: int | None = None

    def too_much(self) -> bool:
        """Whether more came to be held than `most`; from then on it is counted anew."""
        now = self._held()
        least = now if self._least is None else min(now, self._least)
        over = now - least > self._most
        self._least = now if over else least
        return over
