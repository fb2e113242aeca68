"""The job that builds the index of the desks anew."""

from __future__ import annotations

from typing import Any

from lantai.foundation.desks.searching.followers import REBUILD
from lantai.foundation.desks.searching.indexing import rebuild_desk_index
from lantai.foundation.jobs.tasks_shelf import Running, task


@task(REBUILD)
def rebuild(running: Running) -> dict[str, Any]:
    """Build it beside the serving one; killed, it begins again."""
    return {"documents": rebuild_desk_index(running.progress)}
