"""Maps remembered 沿用对照: how a file of the very same columns was read the last time."""

from __future__ import annotations

from typing import Any

from lantai.foundation.jobs.models import Job
from lantai.resources.importing.columns import MapRefused, checked_map
from lantai.resources.importing.tasks import IMPORT

MOST = 50  # imports looked back at


def mapping_used_before(person: Any, seen: dict[str, Any]) -> dict[str, str] | None:
    """The map that the person's last import of these columns used, if it was another than the
    columns' known names give."""
    jobs = Job.objects.filter(task=IMPORT, person=person).order_by("-pk")
    for arguments in jobs.values_list("arguments", flat=True)[:MOST]:
        mapping = arguments.get("mapping") or {}
        if set(mapping) == set(seen["columns"]):
            try:
                found = checked_map(mapping)
            except MapRefused:  # an element that is no more
                return None
            return found if found != seen["mapping"] else None
    return None
