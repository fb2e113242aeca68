"""Importing as a job: killed and run again, it passes over what is entered already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lantai.catalogue.fonds.models import Fonds
from lantai.core.tables.table import TableUnreadable
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.foundation.refusal import Refusal
from lantai.resources.importing.run import run_import

IMPORT = "importing.import"


@task(IMPORT)
def import_file(running: Running) -> dict[str, Any]:
    """Arguments: path, name, fonds (key), mapping."""
    given = running.arguments
    path = Path(given["path"])
    fonds = Fonds.objects.select_related("holder").get(pk=given["fonds"])
    try:
        figures = run_import(
            running.act,
            path=path,
            fonds=fonds,
            refused_path=path.with_name(f"{path.stem}-refused.csv"),
            chosen=given["mapping"],
            name=given["name"],
            clean=bool(given.get("clean")),
            progress=running.progress,
        )
    except TableUnreadable as fault:
        raise Refusal(fault.message_zh, fault.message_en) from fault
    return figures.document()
