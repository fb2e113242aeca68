"""Questions about the formats of what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum

from lantai.catalogue.records.models import Component
from lantai.core.formats import Identification, Risk, risk_of
from lantai.core.formats.format import FormatFinder, formats
from lantai.foundation.policy import Operator, institutions_of

LEVELS = ("at-risk", "unknown", "acceptable", "preferred")
"""The worst first."""


@dataclass(frozen=True)
class FormatCount:
    """One format of the holdings."""

    puid: str
    name: str
    files: int
    bytes: int
    risk: Risk


def components_for(actor: Any) -> QuerySet[Component]:
    """The files at the person's own archives; the operator's are all."""
    rows = Component.objects.all()
    if isinstance(actor, Operator):
        return rows
    return rows.filter(
        record__holder__in=institutions_of(actor, ("archivist", "archives_director"))
    )


def formats_held(actor: Any) -> list[FormatCount]:
    """Every format with its count, the worst risk first, then the most files."""
    rows = (
        components_for(actor)
        .values("puid", "mime")
        .annotate(files=Count("pk"), bytes=Sum("size"), name=Max("format_name"))
        .order_by("puid", "mime")
    )
    found: dict[str, FormatCount] = {}
    for row in rows:
        puid = row["puid"] or "UNKNOWN"
        risk = _risk(puid, row["mime"])
        held = found.get(puid)
        files, size = row["files"], row["bytes"] or 0
        if held is not None:
            files, size = files + held.files, size + held.bytes
        found[puid] = FormatCount(puid, row["name"] or puid, files, size, risk)
    return sorted(found.values(), key=lambda f: (LEVELS.index(f.risk.level), -f.files, f.puid))


@cache
def _risk(puid: str, mime: str) -> Risk:
    format_id = FormatFinder(formats()).find(puid, mime, "")
    return risk_of(Identification("", puid, mime=mime, format_id=format_id))
