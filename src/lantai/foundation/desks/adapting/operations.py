"""Verbs on adaptations."""

from __future__ import annotations

from typing import Any

from lantai.foundation.desks.adapting.models import Adaptation
from lantai.foundation.desks.adapting.queries import in_force
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act, keep, note


@operation(permission="desks.adapt", event="definition_adaptation")
def adapt_definition(
    act: Act,
    /,
    *,
    desk: str,
    definition: str,
    institution: Institution,
    changes: dict[str, Any],
) -> Adaptation:
    """Lay a new version over a definition; the caller has read it and found no mistake in it."""
    last = in_force(desk, definition, institution)
    if last is not None and last.changes == changes:
        raise Refusal("没有改动，不必保存新版本。", "Nothing was changed.", code="unchanged")
    row = Adaptation.objects.create(
        desk=desk,
        definition=definition,
        institution=institution,
        version=(last.version if last else 0) + 1,
        changes=changes,
        note=act.reason[:300],
        created_by=act.by.urn,
        created_by_name=act.by.name,
        created_at=act.at,
    )
    keep(row, kind="created")
    note(desk=desk, definition=definition, version=row.version)
    return row
