"""Verbs on jobs: stop one, start one again."""

from __future__ import annotations

from django.utils import timezone

from lantai.foundation.jobs.models import Job
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act, about


@operation(permission="jobs.steer", event="job_stop")
def stop_job(act: Act, /, *, job: Job) -> Job:
    """Ask a job to stop at its next safe boundary."""
    if job.is_over:
        raise Refusal("这项任务已经结束，不用再停止。", "This job is over already.")
    about(f"job:{job.pk}")
    job.stop_requested = True
    fields = ["stop_requested"]
    if job.state == Job.WAITING:
        job.state, job.finished_at = Job.STOPPED, timezone.now()
        fields += ["state", "finished_at"]
    job.save(update_fields=fields)
    return job


@operation(permission="jobs.steer", event="job_restart")
def restart_job(act: Act, /, *, job: Job) -> Job:
    """Let a stopped or failed job go on from where its work stands."""
    if not job.is_over or job.state == Job.DONE:
        raise Refusal("这项任务没有中断，不用重新开始。", "This job was not cut short.")
    about(f"job:{job.pk}")
    job.state, job.attempts, job.stop_requested, job.error = Job.WAITING, 0, False, ""
    job.finished_at, job.run_after = None, act.at
    job.save()
    return job
