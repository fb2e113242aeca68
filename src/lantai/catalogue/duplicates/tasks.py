"""Looking for duplicates as a job; run again, it enters only what is new."""

from __future__ import annotations

from itertools import islice
from typing import Any

from lantai.catalogue.duplicates.operations import enter_pairs
from lantai.catalogue.duplicates.queries import described
from lantai.catalogue.fonds.models import Fonds
from lantai.core.duplicates import likely_pairs
from lantai.foundation.jobs.tasks_shelf import Running, task

FIND = "duplicates.find"
BATCH = 1_000
MOST = 20_000  # pairs of one search; a fonds with more needs its import looked at first


@task(FIND)
def find(running: Running) -> dict[str, Any]:
    """Arguments: fonds (key)."""
    fonds = Fonds.objects.select_related("holder").get(pk=running.arguments["fonds"])
    found = islice(likely_pairs(described(fonds)), MOST)
    entered = seen = 0
    while batch := list(islice(found, BATCH)):
        entered += enter_pairs(running.act, fonds=fonds, pairs=batch)
        seen += len(batch)
        running.progress(seen, MOST, str(entered))
    return {"pairs": seen, "entered": entered, "most": seen >= MOST}
