"""Jobs of replication: at once after a deposit, and once an hour for a store that was away."""

from __future__ import annotations

from typing import Any

from lantai.foundation.jobs.recurring import recurring
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act
from lantai.preservation.replication.replicating import replicate

HOUR = 3_600
recurring("replication.catch_up", every=HOUR, title="补齐副本 Catch up copies")


@task("replication.run")
def run(running: Running) -> dict[str, Any]:
    """Seal and copy what is new."""
    act = Act(by=Operator(), channel="job")
    return replicate(act, running.progress, thorough=False).as_json()


@task("replication.catch_up")
def catch_up(running: Running) -> dict[str, Any]:
    """The same, coming round by itself."""
    return replicate(Act(by=Operator(), channel="job"), running.progress).as_json()
