"""`lantai job`: the queue from the command line."""

from __future__ import annotations

import argparse

from lantai.cli.command import DONE, BadCall, Command, emit, say


class JobCommand(Command):
    """The queue 任务队列: list, stop, restart."""

    id = "job"
    help = "任务队列：列出、停止、重新开始 / the queue"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """A verb and a number."""
        parser.add_argument("verb", choices=["list", "stop", "restart"])
        parser.add_argument("number", nargs="?", type=int)

    def run(self, options: argparse.Namespace) -> int:
        """As the operator."""
        from lantai.foundation.jobs import operations
        from lantai.foundation.jobs.models import Job
        from lantai.foundation.policy import Operator
        from lantai.foundation.refusal import Refusal
        from lantai.foundation.work import Act

        if options.verb == "list":
            rows = list(Job.objects.order_by("-id")[:200])
        else:
            job = Job.objects.filter(pk=options.number).first()
            if job is None:
                raise BadCall(f"没有任务 {options.number} / no such job")
            verb = operations.stop_job if options.verb == "stop" else operations.restart_job
            try:
                rows = [verb(Act(by=Operator(), channel="cli"), job=job)]
            except Refusal as refusal:
                raise BadCall(f"{refusal.zh} / {refusal.en}") from refusal
        for job in rows:
            line = {
                "id": job.pk,
                "task": job.task,
                "title": job.title,
                "state": job.state,
                "done": job.done,
                "total": job.total,
                "note": job.note,
                "error": job.error,
            }
            if options.json:
                emit(line)
            else:
                say(f"{job.pk:>6} {job.state:<8} {job.done}/{job.total} {job.title} {job.error}")
        return DONE
