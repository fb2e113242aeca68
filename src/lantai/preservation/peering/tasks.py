"""Jobs of peering: once a week with every peer, and what a peer's offer asks for."""

from __future__ import annotations

from typing import Any

from lantai.core.storage.port import StorageFailure
from lantai.foundation.jobs.recurring import recurring
from lantai.foundation.jobs.tasks_shelf import RetryLater, Running, task
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act
from lantai.preservation.peering.peers import peer_named, peers
from lantai.preservation.peering.polling import mend_from, poll_peer

WEEK = 7 * 86_400
SAMPLE = 1_000
WAIT = 3_600
recurring("peering.poll", every=WEEK, title="与互校节点互校 Poll the peers")


@task("peering.poll")
def poll(running: Running) -> dict[str, Any]:
    """Each peer about a sample."""
    told = {}
    for peer in peers():
        try:
            row = poll_peer(
                Act(by=Operator(), channel="job"), peer, running.progress, sample=SAMPLE
            )
        except StorageFailure as problem:
            told[peer.code] = str(problem)
            continue
        told[peer.code] = f"{row.agreed}/{row.asked}"
    return told


@task("peering.mend")
def mend(running: Running) -> dict[str, Any]:
    """A peer says its copy is proven: if ours is damaged, take theirs."""
    peer = peer_named(running.arguments["peer"])
    try:
        done = mend_from(Act(by=Operator(), channel="job"), peer, running.arguments["object_id"])
    except StorageFailure as problem:
        raise RetryLater(WAIT, str(problem)) from problem
    return {"mended": done}
