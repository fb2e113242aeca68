"""Questions about likely duplicates; both records must be the viewer's to see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet

from lantai.catalogue.duplicates.models import DuplicatePair
from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Record
from lantai.core.duplicates import Described
from lantai.foundation.refusal import NotFound
from lantai.governance.access_rules.visibility import visible


def pairs_for(actor: Any) -> QuerySet[DuplicatePair]:
    """Pairs of which the viewer may see both records, in the order found."""
    rows = DuplicatePair.objects.filter(visible(actor, "first"), visible(actor, "second"))
    return rows.select_related("first__fonds__holder", "second__fonds__holder").order_by("pk")


def pair_for(actor: Any, key: int) -> DuplicatePair:
    """One of them; else `NotFound`."""
    row = pairs_for(actor).filter(pk=key).first()
    if row is None:
        raise NotFound("没有这一对档案。", "There is no such pair.")
    return row


def waiting_pairs(actor: Any, verdict: str, between: str) -> QuerySet[DuplicatePair]:
    """Those of a verdict (``part``: either way), between archives or inside one when told."""
    kinds = DuplicatePair.PARTS if verdict == "part" else (verdict or DuplicatePair.OPEN,)
    rows = pairs_for(actor).filter(verdict__in=kinds)
    if between == "archives":
        rows = rows.exclude(first__holder=F("second__holder"))
    elif between == "fonds":
        rows = rows.filter(first__fonds=F("second__fonds"))
    return rows


def described(rows: QuerySet[Record], after: int = 0) -> Iterator[Described]:
    """Records as they are compared, in the order of their keys, in flat memory."""
    columns = ("pk", "title", "doc_no", "date", "creator")
    found = rows.filter(pk__gt=after).order_by("pk").values_list(*columns)
    for row in found.iterator(chunk_size=2_000):
        yield Described(*row)


def comparable(actor: Any, fonds: Fonds | None) -> QuerySet[Record]:
    """What one may have compared: a fonds, or everything one may see."""
    if fonds is not None:
        return Record.objects.filter(fonds=fonds)
    return Record.objects.filter(visible(actor))
