"""Jobs of cases: a table of matters to begin, and reminders 提醒: four times a day, the cases whose clock runs out soon or has run out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import localdate

from lantai.foundation.desks.cases.definitions import case_definitions, rules_for
from lantai.foundation.desks.cases.handling import REMINDED, remind_case
from lantai.foundation.desks.cases.importing import run_import
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.queries import days_left
from lantai.foundation.desks.tables.jobs import as_job
from lantai.foundation.institutions.models import Institution
from lantai.foundation.jobs.recurring import recurring
from lantai.foundation.jobs.tasks_shelf import Running, task

IMPORT = "cases.import"
FARTHEST = timedelta(days=60)  # no definition reminds earlier than that
EVERY = 6 * 3600

recurring("cases.remind", every=EVERY, title="办件到期提醒")


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


@task("cases.remind")
def remind(running: Running) -> dict[str, Any]:
    """Remind once when it comes near, once when it is over; running it again changes nothing."""
    known = case_definitions().all()
    rows = Case.objects.filter(closed_at=None, due_date__lte=localdate() + FARTHEST)
    sent = 0
    for case in rows.filter(definition__in=list(known)).order_by("pk"):
        rules = rules_for(case.definition, case.definition_version)
        state, left = rules.by_state.get(case.state), days_left(case)
        if state is None or left is None or left > state.remind_working_days:
            continue
        told = case.steps.filter(transition=REMINDED, at__gte=case.state_since)
        if any(bool(row.data.get("late")) == (left < 0) for row in told):
            continue
        remind_case(running.act, case=case, late=left < 0)
        sent += 1
    return {"sent": sent}
