"""Why a deposit failed 入库失败原因: the one object, the full disk, or the store itself."""

from __future__ import annotations

import errno

from lantai.core.ocfl.declaration import ROOT_MARK
from lantai.core.ocfl.root import OcflRoot
from lantai.core.storage.port import PathTaken, StorageFailure
from lantai.foundation.jobs.tasks_shelf import RetryLater

WAIT_FOR_SPACE = 120  # seconds before a deposit that met a full disk is tried again


def disk_full(problem: BaseException | None) -> bool:
    """Does the chain of causes end in "no space left" or a quota?"""
    for _ in range(8):
        if problem is None:
            return False
        if isinstance(problem, OSError) and problem.errno in {errno.ENOSPC, errno.EDQUOT}:
            return True
        problem = problem.__cause__ or problem.__context__
    return False


def store_gone(problem: Exception, root: OcflRoot) -> bool:
    """Is it the whole store that failed (full, away, not mounted), not this one object?"""
    if disk_full(problem):
        return True
    if not isinstance(problem, StorageFailure) or isinstance(problem, PathTaken):
        return False
    mark = f"{root.prefix}/{ROOT_MARK}" if root.prefix else ROOT_MARK
    try:
        return not root.storage.exists(mark)
    except StorageFailure:
        return True


def wait_for_space() -> RetryLater:
    """What to raise when the disk is full: what was stored stays, the next run goes on."""
    return RetryLater(
        WAIT_FOR_SPACE,
        "存储空间已满，入库暂停；腾出空间后自动继续 / the disk is full; goes on when there is room",
    )
