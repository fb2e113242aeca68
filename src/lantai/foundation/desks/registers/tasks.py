"""Jobs of registers: import a file, migrate entries, remind of dates that come near."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import localdate

from lantai.core.desks.register_values import earliest
from lantai.foundation.desks.registers.definitions import register_definitions
from lantai.foundation.desks.registers.importing import run_import
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.desks.registers.operations import remind_entry
from lantai.foundation.desks.tables.jobs import as_job
from lantai.foundation.institutions.models import Institution
from lantai.foundation.jobs.recurring import recurring
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act

IMPORT, REMIND = "registers.import", "registers.remind"
DAILY = 24 * 3600


@task(IMPORT)
def import_file(running: Running) -> dict[str, Any]:
    """Arguments: register, institution (key), path, name, dry_run. Run again, it goes over it."""
    given = running.arguments
    place = Institution.objects.get(pk=given["institution"])
    return as_job(
        running,
        lambda sent: run_import(
            running.act, register=given["register"], institution=place, path=sent.path,
            report_path=sent.report_path, name=sent.name, dry_run=sent.dry_run,
            progress=sent.progress,
        ),
    )  # fmt: skip


@task(REMIND)
def remind(running: Running) -> dict[str, Any]:
    """Every day: a line for each entry whose date has come within the days a definition names."""
    told = 0
    for definition in register_definitions().all().values():
        for number, due in enumerate(definition.reminders):
            told += _remind(definition.id, number, due.field, due.days)
    return {"reminded": told}


def _remind(register: str, number: int, field: str, days: int) -> int:
    today, told = localdate(), 0
    rows = RegisterEntry.objects.filter(register=register, withdrawn_at=None)
    rows = rows.filter(values__has_key=field)
    for row in rows.select_related("institution").iterator(chunk_size=500):
        day = earliest(row.values.get(field))
        if day is not None and today - timedelta(days=days) <= day <= today + timedelta(days=days):
            remind_entry(Act(by=Operator(), channel="job"), entry=row, number=number)
            told += 1
    return told


recurring(REMIND, every=DAILY, title="台账到期提醒 / reminders of registers")
