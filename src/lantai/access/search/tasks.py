"""Long work on the index."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lantai.access.search.health import REBUILD, ask_for_rebuild, index_fault
from lantai.access.search.operations import rebuild_index
from lantai.foundation.jobs.recurring import recurring
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act

WATCH = "search.watch_index"
recurring(WATCH, every=60, title="检查检索索引")


@task(WATCH)
def watch(running: Running) -> dict[str, Any]:
    """See that the index can answer; one that cannot is rebuilt, asked for or not."""
    fault = index_fault()
    if fault is not None:
        ask_for_rebuild()
    return {"fault": fault.message_zh if fault else ""}


@task(REBUILD)
def rebuild(running: Running) -> dict[str, Any]:
    """Rebuild; killed, it starts again from nothing beside the serving index."""
    act = Act(by=running.job.person or Operator(), channel="job")
    return asdict(rebuild_index(act, progress=running.progress))
