"""The queue of rows 任务队列: put, claim, beat, finish; a lease that runs out is claimed anew.

Every claim raises the job's ``fence``; whoever was paused past the lease finds another fence
number and can write nothing more (FAULTS 5).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from lantai.foundation.jobs.models import Job

LEASE = timedelta(seconds=60)  # a worker beats every few seconds; a minute survives a slow disk
MAX_ATTEMPTS = 20  # a job cut off so often without getting further waits for a person


class LeaseLost(Exception):
    """Another worker has the job now; stop without writing."""


def enqueue(
    task: str,
    *,
    title: str,
    arguments: dict[str, Any] | None = None,
    key: str | None = None,
    person: Any = None,
    institution: Any = None,
    subject: str = "",
    priority: int = 5,
    run_after: datetime | None = None,
) -> Job:
    """Put a job in the caller's own transaction. A ``key`` already waiting or running is kept."""
    now = timezone.now()
    if key:
        waiting = Job.objects.filter(key=key).first()
        if waiting and not waiting.is_over:
            return waiting
        if waiting:
            Job.objects.filter(pk=waiting.pk).update(key=None)
    return Job.objects.create(
        task=task,
        title=title,
        arguments=arguments or {},
        key=key,
        person=person if getattr(person, "pk", None) else None,
        institution=institution,
        subject=subject,
        priority=priority,
        run_after=run_after or now,
        created_at=now,
    )


def claim(worker: str) -> Job | None:
    """The next job that is due or whose worker died, now ours; None when there is nothing."""
    now = timezone.now()
    due = Q(state=Job.WAITING, run_after__lte=now) | Q(state=Job.RUNNING, lease_until__lt=now)
    with transaction.atomic():
        rows = Job.objects.filter(due).order_by("priority", "id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        job = rows.first()
        if job is None:
            return None
        if job.attempts >= MAX_ATTEMPTS:
            job.state, job.finished_at = Job.FAILED, now
            job.error = f"{MAX_ATTEMPTS} 次执行都中断了，没有进展；请查看日志后重新开始 / cut short {MAX_ATTEMPTS} times without getting further"
            job.save()
            return None
        job.state, job.worker, job.lease_until = Job.RUNNING, worker, now + LEASE
        job.fence += 1
        job.attempts += 1
        job.started_at = job.started_at or now
        job.save()
    return job


def beat(job: Job, done: int, total: int, note: str) -> bool:
    """Report progress and renew the lease. True when a person asked it to stop.

    Work that has come further than the attempt before it is no hopeless case: its attempts
    are counted anew.
    """
    further = {"attempts": 1} if done > job.done else {}
    written = Job.objects.filter(pk=job.pk, fence=job.fence, state=Job.RUNNING).update(
        done=done, total=total, note=note[:300], lease_until=timezone.now() + LEASE, **further
    )
    if not written:
        raise LeaseLost(str(job.pk))
    return bool(Job.objects.values_list("stop_requested", flat=True).get(pk=job.pk))


def finish(
    job: Job, state: str, *, result: Any = None, error: str = "", error_id: str = ""
) -> None:
    """Write how it ended, if the job is still ours."""
    Job.objects.filter(pk=job.pk, fence=job.fence).update(
        state=state,
        result=result or {},
        error=error,
        error_id=error_id,
        finished_at=timezone.now(),
        lease_until=None,
        **({"done": F("total")} if state == Job.DONE else {}),
    )


def put_back(job: Job, seconds: int, note: str, *, counted: bool = False) -> None:
    """Give a job back to wait (disk full, service away); the attempt only counts if asked."""
    Job.objects.filter(pk=job.pk, fence=job.fence).update(
        state=Job.WAITING,
        run_after=timezone.now() + timedelta(seconds=seconds),
        note=note[:300],
        lease_until=None,
        **({} if counted else {"attempts": F("attempts") - 1}),
    )
