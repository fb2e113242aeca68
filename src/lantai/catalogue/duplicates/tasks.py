"""Looking for duplicates as a job; run again, it enters only what is new."""

from __future__ import annotations

from typing import Any

from lantai.catalogue.duplicates.finding import find_pairs
from lantai.catalogue.fonds.models import Fonds
from lantai.foundation.jobs.tasks_shelf import Running, task

FIND = "duplicates.find"


@task(FIND)
def find(running: Running) -> dict[str, Any]:
    """Arguments: fonds (key), or none: all that the person may see."""
    key = running.arguments.get("fonds")
    fonds = Fonds.objects.select_related("holder").get(pk=key) if key else None
    name = f"job-{running.job.pk}"
    return find_pairs(running.act, fonds=fonds, name=name, progress=running.progress)
