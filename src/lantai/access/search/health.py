"""Health of the index 索引状况: whether it can answer, what to say when not, and its mending."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import DatabaseError
from django.utils import timezone

from lantai.access.search.index import index
from lantai.catalogue.records.models import Record
from lantai.core.search.port import (
    IndexBusy,
    IndexDamaged,
    IndexOutdated,
    IndexSwitched,
    SearchUnavailable,
)
from lantai.foundation.changes.models import Change, FollowerCursor
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.queue import enqueue

REBUILD = "search.rebuild_index"
NOT_AT_ONCE = timedelta(minutes=10)  # after a rebuild that failed
log = logging.getLogger("lantai.search")


def index_fault() -> SearchUnavailable | None:
    """Why the index cannot answer truly; None when it can."""
    try:
        index().count()
    except (IndexBusy, IndexSwitched):
        return None
    except SearchUnavailable as fault:
        return fault
    return lost() if index_is_lost() else None


def index_is_lost(told: int | None = None) -> bool:
    """Whether the index is empty though it was told of records (up to change ``told``)."""
    if index().count():
        return False
    if told is None:
        row = FollowerCursor.objects.filter(pk="index").values_list("number", flat=True).first()
        told = row or 0
    if not told or not Record.objects.exists():
        return False
    return Change.objects.filter(number__lte=told, subject__startswith="record").exists()


def lost() -> IndexDamaged:
    """What is said of an index that has vanished."""
    return IndexDamaged(
        "检索索引已丢失，正在由目录重建。",
        "The index is gone; it is being rebuilt from the catalogue.",
    )


def must_be_rebuilt(fault: SearchUnavailable) -> bool:
    """Whether waiting does not mend it."""
    return isinstance(fault, IndexDamaged | IndexOutdated)


def ask_for_rebuild() -> None:
    """Queue a rebuild, once; after one that failed, not at once again."""
    try:
        last = Job.objects.filter(key=REBUILD).first()
        failed = last.finished_at if last and last.state == Job.FAILED else None
        if failed and failed > timezone.now() - NOT_AT_ONCE:
            return
        enqueue(REBUILD, title="重建检索索引", key=REBUILD)
    except DatabaseError:
        log.exception("the rebuild of the index could not be queued")


def progress_words() -> tuple[str, str]:
    """How far the rebuild is, in Chinese and English."""
    job = Job.objects.filter(key=REBUILD).first()
    if job is None or job.is_over:
        return "请执行 lantai rebuild index 重建。", "Run `lantai rebuild index`."
    if job.state == Job.WAITING:
        return "重建已排队，由工作进程执行。", "A rebuild is queued for the worker."
    return f"正在重建，已完成 {job.percent}%。", f"It is being rebuilt: {job.percent}% done."
