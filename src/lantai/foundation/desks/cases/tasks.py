"""Jobs of cases: a table of matters to begin."""

from __future__ import annotations

from typing import Any

from lantai.foundation.desks.cases.importing import run_import
from lantai.foundation.desks.tables.jobs import as_job
from lantai.foundation.institutions.models import Institution
from lantai.foundation.jobs.tasks_shelf import Running, task

IMPORT = "cases.import"


@task(IMPORT)
def import_file(running: Running) -> dict[str, Any]:
    """Arguments: definition, institution (key), path, name, dry_run. Run again, it goes over it."""
    given = running.arguments
    place = Institution.objects.get(pk=given["institution"])
    return as_job(
        running,
        lambda sent: run_import(
            running.act, definition=given["definition"], institution=place, sent=sent
        ),
    )
