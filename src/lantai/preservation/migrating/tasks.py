"""Jobs of migration: one format of one archives, file after file, resumable."""

from __future__ import annotations

from collections import Counter
from typing import Any

from lantai.core.formats.migration import migrations
from lantai.foundation.institutions.models import Institution
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.preservation.migrating.copying import make_copy
from lantai.preservation.migrating.queries import waiting_components

AT_ONCE = 100


@task("preservation.migrate")
def migrate(running: Running) -> dict[str, Any]:
    """Every file of a format that has no copy yet; those that fail are noted and passed over."""
    asked = running.arguments
    way = migrations().get(asked["way"])
    holder = Institution.objects.get(code=asked["holder"])
    waiting = waiting_components(running.act.by, asked["puid"], holder)
    total, done = waiting.count(), 0
    codes: Counter[str] = Counter()
    while batch := list(waiting[:AT_ONCE]):
        for component in batch:
            outcome = make_copy(running.act, component, way)
            codes["made" if outcome["made"] else outcome["code"]] += 1
            done += 1
            running.progress(done, max(total, done), component.name[-200:])
    return {"way": way.id, "files": done, "outcomes": dict(codes)}
