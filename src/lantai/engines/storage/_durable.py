"""Making files outlive a power cut 落盘: fsync of files and folders, one at a time or together."""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Callable, Iterable
from pathlib import Path


def sync_path(path: Path) -> None:
    """Flush one file's bytes, or one folder's entries, to the disk."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(top: Path) -> None:
    """Flush a whole tree, files before the folders that name them."""
    for folder, _, names in os.walk(top, topdown=False):
        for name in names:
            sync_path(Path(folder, name))
        sync_path(Path(folder))


def sync_together(trees: Iterable[Path], root: Path) -> None:
    """Flush many trees of one file system: by one ``syncfs`` where there is one.

    Linux reports write errors through ``syncfs`` since 5.8; elsewhere each file is synced.
    """
    flush = _syncfs()
    if flush is None:
        for tree in trees:
            sync_tree(tree)
        return
    handle = os.open(root, os.O_RDONLY)
    try:
        if flush(handle) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(root))
    finally:
        os.close(handle)


def one_flush_takes_all() -> bool:
    """Whether `sync_together` also flushes the folders above the trees it is given."""
    return _syncfs() is not None


@functools.cache
def _syncfs() -> Callable[[int], int] | None:
    """The C library's ``syncfs``, where a kernel that reports its errors is running."""
    if not hasattr(os, "uname") or os.uname().sysname != "Linux":
        return None
    major, minor = (
        int("".join(filter(str.isdigit, p)) or 0) for p in os.uname().release.split(".")[:2]
    )
    if (major, minor) < (5, 8):
        return None
    try:
        function = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):
        return None
    function.argtypes, function.restype = [ctypes.c_int], ctypes.c_int
    return function  # type: ignore[no-any-return]
