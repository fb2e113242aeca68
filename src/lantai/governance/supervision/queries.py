"""Questions of supervision: draws, their published form, checklists, candidates."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.timezone import localdate

from lantai.core.draws import published
from lantai.foundation.accounts.models import Person
from lantai.foundation.desks.cases.models import Case, CaseParty
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import institutions_of
from lantai.foundation.refusal import NotFound
from lantai.governance.supervision.models import Draw

TARGETS = "inspection-targets"
RISKS = {"middle": 2, "high": 3}
CHECKLISTS = Path(__file__).resolve().parents[1] / "checklists"


@cache
def checklists() -> dict[str, dict[str, Any]]:
    """Every checklist of the shelf."""
    return {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(CHECKLISTS.glob("*.toml"))
    }


def checklist_items(key: str) -> list[dict[str, Any]]:
    """Its items; `NotFound` when there is no such list."""
    if key not in checklists():
        raise NotFound("没有这份检查表。", "No such checklist.")
    return list(checklists()[key]["item"])


def draw_document(draw: Draw) -> dict[str, Any]:
    """The draw as it is published; the seed and the result only when it has been held."""
    return {
        **draw.lists,
        "number": draw.number,
        "title": draw.title,
        "authority": draw.authority.name,
        "list_digest": draw.list_digest,
        "commitment": draw.commitment,
        "committed_at": draw.committed_at.isoformat(),
        "beacon": draw.beacon,
        "drawn_at": draw.drawn_at.isoformat() if draw.drawn_at else "",
        "seed": draw.seed if draw.drawn_at else "",
        "result": draw.result,
    }


def draw_file(draw: Draw) -> bytes:
    """What anybody may fetch and verify."""
    return published(draw_document(draw))


def draw_named(number: str) -> Draw:
    """A draw by its number."""
    row = Draw.objects.select_related("authority").filter(number=number).first()
    if row is None:
        raise NotFound(f"没有抽取 {number}。", f"No draw {number}.")
    return row


def bodies_below(authority: Institution) -> QuerySet[Institution]:
    """The archives and units that the authority supervises, four levels deep."""
    reach, path = Q(parent=authority), "parent"
    for _ in range(3):
        path += "__parent"
        reach |= Q(**{path: authority})
    return Institution.objects.filter(reach, kind__in=["unit", "archives"]).order_by("code")


def inspectors_of(authority: Institution) -> QuerySet[Person]:
    """Those who may inspect: the authority's people, then the archivists below, lent for a check."""
    archives = bodies_below(authority).filter(kind="archives")
    return (
        Person.objects.filter(
            Q(assignments__institution=authority, assignments__role="supervisor")
            | Q(assignments__institution__in=archives, assignments__role="archivist"),
            is_active=True,
        )
        .distinct()
        .order_by("username")
    )


def authority_of(actor: Any) -> Institution | None:
    """The authority the person works at."""
    return next(iter(institutions_of(actor, ["supervisor"])), None)


def weights_by_ledger(authority: Institution) -> dict[str, int]:
    """Body → weight, by the ledger of targets: risk, complaints, and how the last check ended."""
    names = {body.name for body in bodies_below(authority)}
    rows = RegisterEntry.objects.filter(
        register=TARGETS, institution=authority, withdrawn_at=None, values__name__in=sorted(names)
    )
    found = {}
    for row in rows.order_by("pk"):
        weight = RISKS.get(row.values.get("risk", ""), 1)
        weight += int(bool(row.values.get("complaints"))) + int(row.values.get("result") == "fail")
        if weight > 1:
            found[str(row.values["name"])] = weight
    return found


@dataclass(frozen=True)
class YearCovered:
    """检查覆盖: who was inspected in a year, and when the others were last."""

    year: int
    bodies: int
    inspected: tuple[tuple[Institution, Case], ...]
    missed: tuple[tuple[Institution, int | None], ...]  # with the year of the last inspection

    @property
    def share(self) -> float:
        """Inspected of all."""
        return len(self.inspected) / self.bodies if self.bodies else 0.0


def year_covered(authority: Institution, year: int) -> YearCovered:
    """Inspections begun in the year, cancelled ones left out, over all bodies below."""
    bodies = list(bodies_below(authority))
    rows = CaseParty.objects.filter(
        role="target", case__definition="inspection", institution__in=bodies
    ).exclude(case__state="cancelled")
    last = dict(rows.values_list("institution").annotate(at=Max("case__opened_at")))
    seen = {
        row.institution_id: row.case
        for row in rows.filter(case__opened_at__year=year).select_related("case").order_by("pk")
    }
    return YearCovered(
        year, len(bodies),
        tuple((b, seen[b.pk]) for b in bodies if b.pk in seen),
        tuple((b, localdate(last[b.pk]).year if b.pk in last else None)
              for b in bodies if b.pk not in seen),
    )  # fmt: skip
