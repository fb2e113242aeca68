"""The records of an export, a batch at a time; only what the viewer may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lantai.access.search.queries import search
from lantai.catalogue.records.fields import description_of
from lantai.catalogue.records.models import PageText, Record
from lantai.catalogue.records.queries import records_for
from lantai.governance.access_rules.public_description import public_values
from lantai.governance.access_rules.visibility import public_reader

BATCH = 1_000
FIXED = (
    "source_id", "reference_code", "title", "creator", "date", "doc_no", "year", "retention",
    "record_class", "organ", "item_no", "pages", "secrecy", "fonds", "level", "access_status",
)  # fmt: skip
REST, TEXT = "description", "text"


def rows_of(
    actor: Any,
    *,
    text: str = "",
    filters: Mapping[str, Sequence[str]] | None = None,
    year_from: int | None = None,
    year_to: int | None = None,
    within: frozenset[str] | None = None,
    texts: bool = False,
) -> Iterator[dict[str, Any]]:
    """A row a record: the fixed columns, and ``description`` with all other elements;
    with ``texts`` also the full text that came with the entry, to those who see all of it.

    A question in words is asked of the index, in the order of dates; without one the
    catalogue itself is read in the order of entry.
    """
    as_public = public_reader(actor)
    for record in records_of(
        actor, text=text, filters=filters, year_from=year_from, year_to=year_to, within=within
    ):
        public = as_public(record)
        row = _row(record, public)
        yield {**row, TEXT: "" if public else _given_text(record)} if texts else row


def _given_text(record: Record) -> str:
    given = PageText.objects.filter(record=record, component=None, source="given")
    return "\n".join(given.order_by("page").values_list("text", flat=True))


def records_of(
    actor: Any,
    *,
    text: str = "",
    filters: Mapping[str, Sequence[str]] | None = None,
    year_from: int | None = None,
    year_to: int | None = None,
    within: frozenset[str] | None = None,
) -> Iterator[Record]:
    """The records themselves, as `rows_of` has them."""
    if text or within is not None:
        return _found(actor, text, dict(filters or {}), year_from, year_to, within)
    return _all(actor, dict(filters or {}), year_from, year_to)


def _found(
    actor: Any,
    text: str,
    filters: Mapping[str, Sequence[str]],
    year_from: int | None,
    year_to: int | None,
    within: frozenset[str] | None,
) -> Iterator[Record]:
    after = ""
    while True:
        answer = search(
            actor, text=text, filters=filters, year_from=year_from, year_to=year_to,
            sort="date", limit=BATCH, after=after, highlight=False, within=within,
        )  # fmt: skip
        yield from (found.record for found in answer.results)
        after = answer.next
        if not after:
            return


def _all(
    actor: Any, filters: Mapping[str, Sequence[str]], year_from: int | None, year_to: int | None
) -> Iterator[Record]:
    columns = {"fonds": "fonds__code", "holder": "holder__code"}
    narrowed: dict[str, Any] = {
        f"{columns.get(name, name)}__in": _years(values) if name == "year" else list(values)
        for name, values in filters.items()
    }
    if year_from is not None:
        narrowed["year__gte"] = year_from
    if year_to is not None:
        narrowed["year__lte"] = year_to
    rows = records_for(actor).filter(**narrowed).order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield from batch
        last = batch[-1].pk


def _years(values: Sequence[str]) -> list[int]:
    return [int(v) for v in values if v.isascii() and v.isdigit() and len(v) <= 4]


def _row(record: Record, as_public: bool) -> dict[str, Any]:
    values = description_of(record)
    if as_public:
        values = public_values(record, values)
    row: dict[str, Any] = {name: values.get(name, "") for name in FIXED}
    row |= {
        "source_id": record.source_id,
        "level": record.level,
        "access_status": record.access_status,
        REST: {k: v for k, v in values.items() if k not in FIXED},
    }
    return row
