"""What this process holds in memory, as the system counts it (Linux; elsewhere it does not say)."""

from __future__ import annotations

import os
from pathlib import Path

STATM = Path("/proc/self/statm")


def memory_held() -> int:
    """Bytes of this process in memory, 0 where the system does not say."""
    return _pages(1)


def files_held() -> int:
    """Of these, bytes of files it has mapped: the system's copy, shared with whoever reads them."""
    return _pages(2)


def own_held() -> int:
    """And what is this process's alone: what it has made, not what it has opened."""
    return memory_held() - files_held()


def _pages(place: int) -> int:
    try:
        return int(STATM.read_bytes().split()[place]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
