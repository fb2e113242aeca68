"""What this process holds in memory, as the system counts it (Linux; elsewhere it does not say)."""

from __future__ import annotations

import os
from pathlib import Path

STATM, STATUS = Path("/proc/self/statm"), Path("/proc/self/status")
OWN = ("RssAnon:", "RssShmem:")


def files_held() -> int:
    """Bytes of files it has mapped: the system's copy, shared with whoever reads them; memory that
    processes share counts here too. 0 where the system does not say."""
    try:
        return int(STATM.read_bytes().split()[2]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def own_held() -> int:
    """Bytes it has made itself, shared with others or not; no files. 0 where the system does not say."""
    try:
        lines = STATUS.read_text(encoding="ascii", errors="replace").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith(OWN)) * 1024
    except (OSError, ValueError, IndexError):
        return 0
