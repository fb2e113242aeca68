"""Questions about records; every answer passes through visibility."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from lantai.catalogue.records.models import Component, Record
from lantai.foundation.refusal import NotFound
from lantai.governance.access_rules.visibility import visible


def records_for(actor: Any) -> QuerySet[Record]:
    """The records this viewer may see, holder, fonds and maker with them."""
    rows = Record.objects.filter(visible(actor))
    return rows.select_related("holder", "fonds", "creating_unit").order_by("pk")


def record_for(actor: Any, uid: Any) -> Record:
    """One record the viewer may see; else `NotFound`, the same words as for no such record."""
    row = records_for(actor).filter(uid=uid).first()
    if row is None:
        raise NotFound(
            "没有找到这件档案，或它尚未开放。如需利用未开放档案，可提交查档申请。",
            "No such record, or it is not open. You may file a request to use it.",
        )
    return row


def components_of(record: Record) -> QuerySet[Component]:
    """The record's files in order."""
    return record.components.order_by("sequence", "pk")
