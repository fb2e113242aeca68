"""What is kept in which formats, what of it is at risk, and what was done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from lantai.catalogue.records.models import Component
from lantai.core.formats import risk_of
from lantai.core.formats.identification import Identification, known_as
from lantai.core.formats.migration import Migration, ways_for
from lantai.core.formats.risk import Risk
from lantai.foundation.policy import Operator, institutions_of

#: Where a migration leaves its mark in the details of the original.
MADE, FAILED = "migrated", "migration_failed"
LEVELS = ("at-risk", "unknown", "acceptable", "preferred")  # worst first


@dataclass
class Held:
    """One format of the holdings: how much there is, how it stands, what can be done."""

    puid: str
    name: str
    files: int
    bytes: int
    risk: Risk
    ways: list[type[Migration]] = field(default_factory=list)
    made: int = 0
    failed: int = 0

    @property
    def waiting(self) -> int:
        """Originals that no copy was tried of."""
        return self.files - self.made - self.failed


def components_for(actor: Any) -> QuerySet[Component]:
    """The files at the person's own archives; the operator's are all."""
    rows = Component.objects.filter(role__in=[Component.ORIGINAL, Component.TEXT])
    if isinstance(actor, Operator):
        return rows
    places = institutions_of(actor, ("archivist", "archives_director"))
    return rows.filter(record__holder__in=places)


def formats_held(actor: Any) -> list[Held]:
    """Every format among the originals, the riskiest and the most numerous first."""
    rows = (
        components_for(actor)
        .values("puid", "format_name", "mime")
        .annotate(
            files=Count("pk"),
            size=Sum("size"),
            made=Count("pk", filter=Q(details__has_key=MADE)),
            failed=Count("pk", filter=Q(details__has_key=FAILED)),
        )
    )
    found: dict[str, Held] = {}
    for row in rows:
        known = known_as(row["puid"], row["format_name"], row["mime"])
        held = found.setdefault(
            row["puid"],
            Held(row["puid"], row["format_name"], 0, 0, risk_of(known), ways_for(known)),
        )
        held.files += row["files"]
        held.bytes += row["size"] or 0
        held.made += row["made"]
        held.failed += row["failed"]
    return sorted(found.values(), key=lambda h: (LEVELS.index(h.risk.level), -h.files, h.puid))


def waiting_components(actor: Any, puid: str, holder: Any = None) -> QuerySet[Component]:
    """Originals of a format that no copy was made of and none failed, in order."""
    rows = components_for(actor).filter(puid=puid).exclude(details__has_key=MADE)
    rows = rows.exclude(details__has_key=FAILED)
    if holder is not None:
        rows = rows.filter(record__holder=holder)
    return rows.select_related("record", "record__holder").order_by("pk")


def latest_outcomes(actor: Any, most: int) -> Sequence[Component]:
    """The originals last tried, newest first."""
    tried = Q(details__has_key=MADE) | Q(details__has_key=FAILED)
    rows = components_for(actor).filter(tried).select_related("record").order_by("-pk")
    return list(rows[:most])


def identified(component: Component) -> Identification:
    """The component's format as it was found when it came in."""
    return known_as(component.puid, component.format_name, component.mime, component.name)
