"""Jobs of replication: at once after a deposit, and once an hour for a store that was away."""

from __future__ import annotations

from typing import Any

from lantai.foundation.jobs.recurring import recurring
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act
from lantai.preservation.replication.models import PreservedObject
from lantai.preservation.replication.operations import follow_seal
from lantai.preservation.replication.replicating import replicate
from lantai.preservation.replication.sealing import followed_on

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


@task("replication.follow")
def follow(running: Running) -> dict[str, Any]:
    """Objects that have a further version: their seals go on with it, then it is copied."""
    act = Act(by=Operator(), channel="job")
    rows = PreservedObject.objects.filter(pk__in=running.arguments["objects"]).order_by("pk")
    followed = 0
    for row in rows:
        following = followed_on(row)
        if following is not None and not following.unknown:
            follow_seal(act, seal=following.seal)
            followed += 1
    return {"followed": followed, **replicate(act, running.progress, thorough=False).as_json()}
