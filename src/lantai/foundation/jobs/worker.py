"""The worker 工作进程: claims jobs one after another, lets followers read, and survives both."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from lantai.core.memory import own_held
from lantai.core.progress import Stopped
from lantai.core.storage.port import StorageFailure
from lantai.foundation.changes.following import follow_all
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.queue import LEASE, LeaseLost, claim, finish, put_back
from lantai.foundation.jobs.recurring import wake_recurring
from lantai.foundation.jobs.tasks_shelf import RetryLater, Running, StopRequested, tasks
from lantai.foundation.refusal import Refusal

log = logging.getLogger("lantai.worker")
IDLE_SECONDS = 0.5
AWAY = (OperationalError, InterfaceError, StorageFailure)
AWAY_SECONDS = 10  # a database or a store that went away is asked again after this long


def run_worker(
    stopping: Callable[[], bool], *, idle_exit: bool = False, most_memory: int = 0
) -> bool:
    """Work until ``stopping()``; with ``idle_exit`` also when there is nothing left to do.

    True when it ended because more than ``most_memory`` bytes of its own (0: no limit) were held
    after a job: what parsers and renderers leave behind is best given back by starting anew. Files
    it has mapped, as a large index's, are not counted: the system takes them back by itself.
    """
    name = f"{socket.gethostname()}:{os.getpid()}"
    if not idle_exit:
        threading.Thread(target=_follow, args=(stopping,), daemon=True).start()
    while not stopping():
        if not connection.in_atomic_block:  # a test's transaction would end with its connection
            close_old_connections()
        try:
            followed = follow_all() if idle_exit else 0
            if not idle_exit:
                wake_recurring()
            job = claim(name)
        except Exception:
            log.exception("the worker could not read the queue; trying again")
            time.sleep(2)
            continue
        if job is not None:
            _run_or_leave(job)
            if most_memory and own_held() > most_memory:
                return True
        elif not followed:
            if idle_exit:
                return False
            time.sleep(IDLE_SECONDS)
    return False


def _follow(stopping: Callable[[], bool]) -> None:
    """Let the followers read beside the jobs: what is deposited now is found now."""
    while not stopping():
        close_old_connections()
        try:
            followed = follow_all()
        except Exception:
            log.exception("the followers could not read; trying again")
            followed = 0
        if not followed:
            time.sleep(IDLE_SECONDS)


def _run_or_leave(job: Job) -> None:
    """Run a job; when not even its end can be written, its lease runs out and it is run again."""
    try:
        run_job(job)
    except Exception:
        log.exception("job %s: how it ended could not be written", job.pk)
        time.sleep(2)


def run_job(job: Job) -> None:
    """Run one claimed job to its end, whatever that end is."""
    run = tasks().get(job.task)
    if run is None:
        finish(job, Job.FAILED, error=f"没有名为 {job.task} 的任务 / no task of this name")
        return
    with _Heartbeat(job):
        try:
            result = run(Running(job))
        except (StopRequested, Stopped):
            finish(job, Job.STOPPED)
        except LeaseLost:
            log.warning("job %s was taken over by another worker", job.pk)
        except RetryLater as wait:
            put_back(job, wait.seconds, wait.note)
        except Refusal as refusal:
            finish(job, Job.FAILED, error=f"{refusal.zh} / {refusal.en}")
        except AWAY as away:
            log.exception("job %s (%s): database or store away, tried again", job.pk, job.task)
            put_back(job, AWAY_SECONDS, _waits_for(away), counted=True)
        except Exception as defect:
            error_id = secrets.token_hex(4)
            log.exception("job %s (%s) failed, error %s", job.pk, job.task, error_id)
            finish(
                job,
                Job.FAILED,
                error=f"系统出错：{type(defect).__name__}: {defect}；请把错误编号 {error_id} 告知系统管理员",
                error_id=error_id,
            )
        else:
            finish(job, Job.DONE, result=result or {})


def _waits_for(away: Exception) -> str:
    close_old_connections()
    what = "存储库" if isinstance(away, StorageFailure) else "数据库"
    return f"{what}暂时用不了，{AWAY_SECONDS} 秒后再试 / trying again: {away}"


class _Heartbeat:
    """Renews the lease beside the work, so that a long silent step is not taken for death."""

    def __init__(self, job: Job) -> None:
        self.job, self.over = job, threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def _beat(self) -> None:
        while not self.over.wait(LEASE.total_seconds() / 4):
            try:
                Job.objects.filter(pk=self.job.pk, fence=self.job.fence).update(
                    lease_until=timezone.now() + LEASE
                )
                close_old_connections()
            except Exception:
                log.exception("heartbeat of job %s", self.job.pk)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.over.set()
