"""Mapped pages 映射页: how much of the index's files one process holds as its own.

The engine maps its files into memory, and every page it has read counts as resident until the system
wants it back, on a large index some gigabytes in each process that asks. Above a limit they are let
go: they stay in the memory the system keeps of files, and are met again when a question needs them.
"""

from __future__ import annotations

import ctypes
import logging
import mmap
import os
from pathlib import Path

MOST = 1 << 30  # bytes of mapped files in one process
PAGE = mmap.PAGESIZE
_DONTNEED = getattr(mmap, "MADV_DONTNEED", None)  # of a mapped file: the process's hold on it only
log = logging.getLogger("lantai.search")


def held() -> int:
    """Bytes of files this process holds in memory; 0 where the system does not say."""
    try:
        told = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return 0
    try:
        return int(os.read(told, 200).split()[2]) * PAGE
    finally:
        os.close(told)


def let_go(folder: Path) -> bool:
    """Let the pages of a folder's files go if this process holds more than `MOST`."""
    if _DONTNEED is None or held() <= MOST:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    for start, end in _regions(folder):
        if libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _DONTNEED):
            log.warning("mapped pages were not let go: %s", os.strerror(ctypes.get_errno()))
            return False
    return True


def _regions(folder: Path) -> list[tuple[int, int]]:
    """Where the files of a folder are mapped to be read, shared with the file itself."""
    under = f"{folder.resolve()}{os.sep}"
    found = []
    for line in Path("/proc/self/maps").read_text(errors="replace").splitlines():
        span, rights, _offset, _device, _node, *path = line.split(maxsplit=5)
        if path and path[0].startswith(under) and rights.startswith("r-") and rights[3] == "s":
            start, end = span.split("-")
            found.append((int(start, 16), int(end, 16)))
    return found
