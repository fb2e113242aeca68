"""Recurring work 定时任务: tasks that come round again; one row each, set waiting when due."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.jobs.tasks_shelf import tasks

_rounds: dict[str, tuple[int, str]] = {}
SECONDS_BETWEEN_LOOKS = 2.0  # the shortest round; looking costs one query a task
_looked = [0.0]


def recurring(task: str, *, every: int, title: str) -> None:
    """Let a task of this name run again ``every`` seconds after it has ended."""
    _rounds[task] = (every, title)


def wake_recurring(*, now_at_once: bool = False) -> int:
    """Set waiting what is due; called by the worker in its loop. How many were woken."""
    moment = time.monotonic()
    if moment - _looked[0] < SECONDS_BETWEEN_LOOKS and not now_at_once:
        return 0
    _looked[0] = moment
    tasks()
    woken = 0
    now = timezone.now()
    over = Q(state__in=[Job.DONE, Job.FAILED])
    for name, (every, title) in _rounds.items():
        key = f"recurring:{name}"
        if not Job.objects.filter(key=key).exists():
            enqueue(name, title=title, key=key, priority=7)
            woken += 1
            continue
        woken += (
            Job.objects.filter(over, key=key)
            .filter(Q(finished_at=None) | Q(finished_at__lte=now - timedelta(seconds=every)))
            .update(
                state=Job.WAITING, attempts=0, run_after=now, started_at=None, finished_at=None,
                error="", done=0, total=0,
            )
        )  # fmt: skip
    return woken
