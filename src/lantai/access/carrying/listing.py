"""The lists of what was published 开放目录, as they stand on the public side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from lantai.access.opening.models import Publication, PublicationEntry
from lantai.catalogue.records.models import Record
from lantai.foundation.work import Act, keep, keep_gone


def lists_told(numbers: set[str]) -> list[dict[str, str]]:
    """Number, title and day of these publications, for a bundle."""
    rows = Publication.objects.filter(number__in=sorted(numbers)).order_by("number")
    return [{"number": r.number, "title": r.title, "date": r.date.isoformat()} for r in rows]


def enter_in_list(
    act: Act, record: Record, entry: Mapping[str, Any], lists: Mapping[str, Mapping[str, str]]
) -> None:
    """The line of a carried record in the list that it was published in."""
    leave_lists(record)
    batch = _list(act, record, entry["publication"], lists)
    last = batch.entries.order_by("-position").first()
    line = PublicationEntry.objects.create(
        publication=batch, record=record, position=last.position + 1 if last else 1,
        reference_code=record.reference_code, title=record.open_title, creator=record.creator,
        date=record.date, pages=record.pages,
    )  # fmt: skip
    keep(line, kind="created")


def leave_lists(record: Record) -> None:
    """Taken down, or listed anew: the former line goes."""
    for line in PublicationEntry.objects.filter(record=record):
        key = line.pk
        line.delete()
        keep_gone(line, key)


def _list(
    act: Act, record: Record, number: str, lists: Mapping[str, Mapping[str, str]]
) -> Publication:
    told = lists.get(number, {})
    batch, new = Publication.objects.get_or_create(
        number=number,
        defaults={
            "holder": record.holder,
            "fonds": record.fonds,
            "title": told.get("title") or number,
            "date": date.fromisoformat(told["date"]) if "date" in told else act.day,
            "items": 0,
            "published_by": act.by.urn,
            "published_by_name": act.by.name,
            "published_at": act.at,
        },
    )
    if new:
        keep(batch, kind="created")
    return batch
