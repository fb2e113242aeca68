"""Jobs of evaluations: a table of self-scores."""

from __future__ import annotations

from typing import Any

from lantai.foundation.desks.evaluations.importing import SelfScores
from lantai.foundation.desks.evaluations.models import EvaluationRound
from lantai.foundation.desks.tables.cells import import_cells
from lantai.foundation.desks.tables.jobs import as_job
from lantai.foundation.institutions.models import Institution
from lantai.foundation.jobs.tasks_shelf import Running, task

IMPORT = "evaluations.import"


@task(IMPORT)
def import_file(running: Running) -> dict[str, Any]:
    """Arguments: round, institution (key, or none), path, name, dry_run."""
    given = running.arguments
    round_ = EvaluationRound.objects.get(number=given["round"])
    place = Institution.objects.filter(pk=given["institution"]).first()
    only = place.code if place else ""
    return as_job(running, lambda sent: import_cells(SelfScores(running.act, round_), sent, only))
