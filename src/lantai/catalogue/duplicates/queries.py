"""Questions about likely duplicates; both records must be the viewer's to see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

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


def described(fonds: Fonds) -> Iterator[Described]:
    """Every record of a fonds as it is compared, in flat memory."""
    columns = ("pk", "title", "doc_no", "date", "creator")
    rows = Record.objects.filter(fonds=fonds).order_by("pk").values_list(*columns)
    for row in rows.iterator(chunk_size=2_000):
        yield Described(*row)
