"""Verb on readings: keep those of a day, so that they come back with the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.work import Act, keep, keep_gone, note
from lantai.governance.cockpit.models import BodyReadings


@operation(permission="cockpit.read", event="indicator_reading")
def keep_readings(
    act: Act, /, *, day: date, readings: Mapping[Institution, Mapping[str, Any]]
) -> int:
    """Keep the readings of a day that are not those kept last; how many were.

    ``readings``: body → indicator → [value, flag]. A second reading of a day replaces the first.
    """
    changed = 0
    for place, values in readings.items():
        rows = BodyReadings.objects.filter(institution=place)
        last = rows.filter(day__lt=day).order_by("-day").first()
        today = rows.filter(day=day).first()
        if last is not None and last.values == values:
            _drop(today)
            continue
        changed += 1
        if today is None:
            today = BodyReadings.objects.create(institution=place, day=day, values=dict(values))
            keep(today, kind="created")
        elif today.values != values:
            today.values = dict(values)
            today.save()
            keep(today)
    note(bodies=len(readings), changed=changed)
    return changed


def _drop(row: BodyReadings | None) -> None:
    if row is not None:
        key = row.pk
        row.delete()
        keep_gone(row, key)
