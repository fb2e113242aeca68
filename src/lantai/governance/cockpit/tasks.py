"""Jobs of the cockpit: once a day every body's indicators are read and what changed is kept."""

from __future__ import annotations

from typing import Any

from lantai.foundation.institutions.models import Institution
from lantai.foundation.jobs.recurring import recurring
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.governance.cockpit.indicators import readings
from lantai.governance.cockpit.limits import Level, level_at
from lantai.governance.cockpit.operations import keep_readings

READ = "cockpit.read"
DAY = 24 * 3600
AT_ONCE = 200  # bodies in one entry of the ledger


@task(READ)
def read_all(running: Running) -> dict[str, Any]:
    """Idempotent: a second reading of the day replaces the first."""
    bodies = Institution.objects.filter(kind__in=["unit", "archives"]).order_by("pk")
    total, changed = bodies.count(), 0
    read: dict[Institution, dict[str, Any]] = {}
    levels: dict[tuple[Any, ...], Level] = {}  # bodies side by side have one chain above
    for done, place in enumerate(bodies.iterator(chunk_size=200), 1):
        where = (place.parent_id, place.archives_id, place.pk if place.kind == "archives" else 0)
        if where not in levels:
            levels[where] = level_at(place)
        read[place] = read_now(place, levels[where])
        if len(read) == AT_ONCE or done == total:
            changed += keep_readings(running.act, day=running.act.day, readings=read)
            read = {}
        running.progress(done, total, place.name)
    return {"bodies": total, "changed": changed}


def read_now(place: Institution, level: Level | None = None) -> dict[str, Any]:
    """Indicator → [value, flag] of a body, from live data, by the limits in force there."""
    level = level_at(place) if level is None else level
    return {r.indicator.id: [r.value, r.flag] for r in readings(place, level)}


recurring(READ, every=DAY, title="读取各单位监管指标 / read every body's indicators")
