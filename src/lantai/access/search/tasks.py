"""Long work on the index."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lantai.access.search.followers import REBUILD
from lantai.access.search.operations import rebuild_index
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act


@task(REBUILD)
def rebuild(running: Running) -> dict[str, Any]:
    """Rebuild; killed, it starts again from nothing beside the serving index."""
    act = Act(by=running.job.person or Operator(), channel="job")
    return asdict(rebuild_index(act, progress=running.progress))
