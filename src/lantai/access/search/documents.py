"""Search documents 检索文档: what the index holds of a record, made from its rows in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Component, PageText, Record
from lantai.core.description.record_type import record_types
from lantai.core.search.port import PAGE_BREAK, SearchDocument
from lantai.foundation.institutions.models import Institution
from lantai.governance.access_rules.public_description import public_reads
from lantai.governance.access_rules.visibility import record_tokens

BATCH = 500
MOST_TEXT = 4_000_000  # characters of one record's text that are indexed
COLUMNS = (
    "id", "uid", "holder_id", "fonds_id", "creating_unit_id", "level", "record_type",
    "record_class", "reference_code", "doc_no", "title", "creator", "date", "year", "organ",
    "secrecy_level", "description", "access_status", "publication", "source_id",
)  # fmt: skip


class Described:
    """What the index reads of a record: plain columns, and whose it is. Lighter than a model."""

    __slots__ = (*COLUMNS, "creating_unit", "fonds", "holder")
    is_public = Record.is_public

    def __init__(self, values: tuple[Any, ...], places: _Places) -> None:
        for name, value in zip(COLUMNS, values, strict=True):
            setattr(self, name, value)
        self.holder = places.institution(self.holder_id)  # type: ignore[attr-defined]
        self.fonds = places.fonds(self.fonds_id)  # type: ignore[attr-defined]
        self.creating_unit = places.institution(self.creating_unit_id)  # type: ignore[attr-defined]


class _Places:
    """Institutions and fonds, each read once."""

    def __init__(self) -> None:
        self._institutions: dict[int | None, Any] = {None: None}
        self._fonds: dict[int, Any] = {}

    def institution(self, key: int | None) -> Any:
        if key not in self._institutions:
            self._institutions[key] = Institution.objects.get(pk=key)
        return self._institutions[key]

    def fonds(self, key: int) -> Any:
        if key not in self._fonds:
            self._fonds[key] = Fonds.objects.get(pk=key)
        return self._fonds[key]


def all_documents() -> Iterator[SearchDocument]:
    """Every record of the catalogue, in the order of their keys, a batch at a time."""
    last, places = 0, _Places()
    while True:
        rows = Record.objects.filter(pk__gt=last).order_by("pk").values_list(*COLUMNS)[:BATCH]
        found = [Described(row, places) for row in rows]
        if not found:
            return
        yield from documents_of(found)
        last = found[-1].id  # type: ignore[attr-defined]


def documents_by_uid(uids: Iterable[str]) -> Iterator[SearchDocument]:
    """The records of these uids that exist."""
    waiting, places = iter(uids), _Places()
    while batch := list(islice(waiting, BATCH)):
        rows = Record.objects.filter(uid__in=batch).order_by("pk").values_list(*COLUMNS)
        yield from documents_of([Described(row, places) for row in rows])


def documents_of(rows: Sequence[Any]) -> Iterator[SearchDocument]:
    """The documents of these rows (`Record` or `Described`), their texts fetched together."""
    texts = _texts([row.id for row in rows])
    for row in rows:
        yield _document(row, texts.get(row.id, []))


def _texts(keys: list[int]) -> Mapping[int, list[tuple[str, str]]]:
    """The page texts of records, each with its component's role ("" when there is none)."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = (
        PageText.objects.filter(record_id__in=keys)
        .order_by("record_id", "component__sequence", "component_id", "page", "pk")
        .values_list("record_id", "component__role", "text")
    )
    for record_id, role, text in rows.iterator(chunk_size=2_000):
        found[record_id].append((role or "", text))
    return found


def _document(record: Any, texts: list[tuple[str, str]]) -> SearchDocument:
    return SearchDocument(
        id=str(record.uid),
        tokens=record_tokens(record),
        title=record.title,
        text="\n".join(_described(record)),
        fulltext=_pages(shown_texts(record, texts)) if texts else "",
        reference_code=record.reference_code,
        doc_no=record.doc_no,
        creator=record.creator,
        persons=_persons(record),
        source_id=record.source_id,
        fonds=record.fonds.code,
        record_class=record.record_class,
        level=record.level,
        access_status=record.access_status,
        holder=record.holder.code,
        year=record.year if record.year and record.year > 0 else 0,
        date=record.date,
    )


def _pages(texts: list[str]) -> str:
    return PAGE_BREAK.join(text.replace("\f", " ") for text in texts)[:MOST_TEXT]


def _persons(record: Any) -> str:
    value = record.description.get("persons")
    kind = record_types().all().get(record.record_type)
    if not value or (record.is_public and not public_reads(kind, "persons")):
        return ""
    return "；".join(_words(value))


def shown_texts(record: Any, texts: list[tuple[str, str]]) -> list[str]:
    """The texts a reader may find the record by.

    When the public reads a redacted copy 脱敏件, the original's text is left out of the index:
    the words struck out must not be guessable by searching for them.
    """
    if record.is_public and any(role == Component.REDACTION for role, _text in texts):
        return [text for role, text in texts if role == Component.REDACTION]
    return [text for _role, text in texts]


def _described(record: Any) -> Iterator[str]:
    kind = record_types().all().get(record.record_type)
    if record.organ:
        yield record.organ
    for name, value in record.description.items():
        if record.is_public and not public_reads(kind, name):
            continue  # not in what the public sees, so not to be found by it either
        yield from _words(value)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
    elif value not in (None, ""):
        yield str(value)
