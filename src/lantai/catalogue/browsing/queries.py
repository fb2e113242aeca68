"""Questions about fonds: which a viewer works with, what they hold, by the viewer's own sight."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Record
from lantai.foundation.policy import Operator, institutions_of
from lantai.foundation.refusal import NotFound
from lantai.governance.access_rules.visibility import (
    READS_AT_HOLDER,
    READS_AT_MAKER,
    visible,
)


def fonds_for(actor: Any) -> QuerySet[Fonds]:
    """The fonds of the viewer's archives, or made by the viewer's unit."""
    rows = Fonds.objects.select_related("holder", "creator").order_by("holder__code", "code")
    if isinstance(actor, Operator):
        return rows
    kept = institutions_of(actor, READS_AT_HOLDER)
    made = institutions_of(actor, READS_AT_MAKER)
    return rows.filter(Q(holder__in=kept) | Q(creator__in=made))


def one_fonds(actor: Any, holder: str, code: str) -> Fonds:
    """One of them; else `NotFound`."""
    row = fonds_for(actor).filter(holder__code=holder, code=code).first()
    if row is None:
        raise NotFound(f"没有找到全宗 {code}。", f"There is no fonds {code} for you here.")
    return row


def records_in(actor: Any, fonds: Fonds) -> QuerySet[Record]:
    """The records of a fonds that this viewer may see."""
    return Record.objects.filter(visible(actor), fonds=fonds)


def counts_by_fonds(actor: Any, rows: list[Fonds]) -> dict[int, int]:
    """How many records the viewer may see in each."""
    found = Record.objects.filter(visible(actor), fonds__in=rows).values("fonds")
    return {r["fonds"]: r["count"] for r in found.annotate(count=Count("pk"))}


def by_year_and_class(actor: Any, fonds: Fonds) -> list[tuple[int, str, int]]:
    """(year, class code, how many) in order of years; years unknown are left out."""
    rows = (
        records_in(actor, fonds)
        .exclude(year=None)
        .values("year", "record_class")
        .annotate(count=Count("pk"))
        .order_by("year", "record_class")
    )
    return [(r["year"], r["record_class"], r["count"]) for r in rows]


def classes_in(actor: Any, fonds: Fonds) -> list[tuple[str, int]]:
    """(class code, how many)."""
    rows = records_in(actor, fonds).values("record_class").annotate(count=Count("pk"))
    return [(r["record_class"], r["count"]) for r in rows.order_by("record_class")]
