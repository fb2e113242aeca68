"""Tasks 任务种类: functions marked @task in the features' ``tasks.py``, found by their place."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lantai.core.registry import walk_modules
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.queue import beat
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act

FLOORS = ("foundation", "governance", "catalogue", "preservation", "resources", "access")


SECONDS_BETWEEN_REPORTS = 0.5  # a bar that moves twice a second looks alive


class StopRequested(Exception):
    """A person asked the job to stop; raised at a boundary where nothing is half done."""


class RetryLater(Exception):
    """The work cannot go on now (disk full, service away): wait ``seconds`` and try again."""

    def __init__(self, seconds: int, note: str) -> None:
        super().__init__(note)
        self.seconds, self.note = seconds, note


@dataclass
class Running:
    """What a task is given: its arguments, its act, and where to report progress."""

    job: Job
    told_at: float = 0.0

    @property
    def arguments(self) -> dict[str, Any]:
        """As they were put."""
        return self.job.arguments

    @property
    def act(self) -> Act:
        """The person who asked for the work, through the job door."""
        return Act(by=self.job.person or Operator(), channel="job")

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Report; raises `StopRequested` when a person has asked for that.

        Written at most twice a second: the runner keeps the time.
        """
        now = time.monotonic()
        if now - self.told_at < SECONDS_BETWEEN_REPORTS and done < total:
            return
        self.told_at = now
        if beat(self.job, done, total, note):
            raise StopRequested


Task = Callable[[Running], dict[str, Any] | None]
_tasks: dict[str, Task] = {}
_walked = False


def task(name: str) -> Callable[[Task], Task]:
    """Mark a function of a feature's tasks.py as the runner of jobs of this name."""

    def mark(function: Task) -> Task:
        if name in _tasks and _tasks[name].__module__ != function.__module__:
            raise ValueError(f"two tasks are called {name}")
        _tasks[name] = function
        return function

    return mark


def tasks() -> dict[str, Task]:
    """Every task by name."""
    global _walked  # noqa: PLW0603 - the shelf is walked once
    if not _walked:
        for floor in FLOORS:
            for _ in walk_modules(f"lantai.{floor}", only="tasks"):
                pass
        _walked = True
    return _tasks
