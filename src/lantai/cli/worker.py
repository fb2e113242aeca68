"""`lantai worker`: the worker process alone."""

from __future__ import annotations

import argparse
import os
import sys

from lantai.cli.command import DONE, Command

#: bytes of its own; a worker grown over this between two jobs begins anew (LANTAI_WORKER_MEMORY, MB)
MOST_MEMORY = int(os.environ.get("LANTAI_WORKER_MEMORY", "400")) * 1_000_000


class Worker(Command):
    """The worker process 任务进程."""

    id = "worker"
    help = "只启动任务进程 / the worker process alone"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Whether to leave when idle."""
        parser.add_argument(
            "--until-idle", action="store_true", help="做完现有任务即退出 / leave when idle"
        )

    def run(self, options: argparse.Namespace) -> int:
        """Work until told to stop; the job under way is given back by its lease."""
        import signal

        from lantai.foundation.jobs.worker import run_worker

        stopping: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda n, _: stopping.append(n))
        outgrown = run_worker(
            lambda: bool(stopping), idle_exit=options.until_idle, most_memory=MOST_MEMORY
        )
        if outgrown:  # same process, same words, an empty memory
            os.execv(sys.executable, [sys.executable, "-m", "lantai.cli.main", *sys.argv[1:]])  # noqa: S606
        return DONE
