"""A published list, as the opening desk leaves it behind."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localdate, now

from lantai.access.opening.models import Publication, PublicationEntry
from lantai.catalogue.records.models import Record
from lantai.foundation.desks.cases.models import Case


def list_published(record: Record) -> Publication:
    """Enter a record in the list that its ``publication`` names; the list is made when there is none."""
    number = record.publication
    batch = Publication.objects.filter(number=number).first() or _made(record.fonds, number)
    PublicationEntry.objects.create(
        publication=batch, record=record, position=batch.entries.count() + 1,
        reference_code=record.reference_code, title=record.open_title,
        creator=record.creator, date=record.date,
    )  # fmt: skip
    return batch


def _made(fonds: Any, number: str) -> Publication:
    case = Case.objects.create(
        definition="opening_review", definition_version="1", number=f"KF-{number}", state="published",
        institution=fonds.holder, title="开放审核", opened_at=now(), state_since=now(),
    )  # fmt: skip
    return Publication.objects.create(
        holder=fonds.holder, fonds=fonds, case=case, number=number, title=f"第 {number} 批开放档案",
        date=localdate(), items=1, object_id=f"urn:lantai:publication:{number}", published_at=now(),
    )  # fmt: skip
