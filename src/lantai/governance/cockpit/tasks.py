"""Jobs of the cockpit: once a day every body's indicators are read and what changed is kept."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localdate

from lantai.foundation.institutions.models import Institution
from lantai.foundation.jobs.recurring import recurring
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.governance.cockpit.indicators import readings
from lantai.governance.cockpit.models import BodyReadings

READ = "cockpit.read"
DAY = 24 * 3600


@task(READ)
def read_all(running: Running) -> dict[str, Any]:
    """Idempotent: a second reading of the day replaces the first."""
    bodies = Institution.objects.filter(kind__in=["unit", "archives"]).order_by("pk")
    total, changed = bodies.count(), 0
    for done, place in enumerate(bodies.iterator(chunk_size=200), 1):
        changed += keep_readings(place)
        running.progress(done, total, place.name)
    return {"bodies": total, "changed": changed}


def keep_readings(place: Institution) -> bool:
    """Keep today's readings of a body when they are not those of the last row."""
    values = {r.indicator.id: [r.value, r.flag] for r in readings(place)}
    today = localdate()
    last = BodyReadings.objects.filter(institution=place, day__lt=today).order_by("-day").first()
    if last is not None and last.values == values:
        BodyReadings.objects.filter(institution=place, day=today).delete()
        return False
    BodyReadings.objects.update_or_create(institution=place, day=today, defaults={"values": values})
    return True


recurring(READ, every=DAY, title="读取各单位监管指标 / read every body's indicators")
