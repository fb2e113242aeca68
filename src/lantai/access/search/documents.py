"""Search documents 检索文档: what the index holds of a record, made from its rows in bulk."""

from __future__ import annotations

from collections import defaultdict, namedtuple
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from lantai.catalogue.arranging.queries import codes_had
from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Component, PageText, Record
from lantai.core.description.record_type import record_types
from lantai.core.search.port import PAGE_BREAK, SearchDocument, Texts
from lantai.foundation.bulk_rows import among
from lantai.foundation.institutions.models import Institution
from lantai.governance.access_rules.public_description import public_reads
from lantai.governance.access_rules.visibility import tokens_of

BATCH = 2_000
MOST_TEXT = 4_000_000  # characters of one record's text that are indexed
COLUMNS = (
    "id", "uid", "holder_id", "fonds_id", "creating_unit_id", "level", "record_type",
    "record_class", "reference_code", "doc_no", "title", "creator", "date", "year", "organ",
    "secrecy_level", "description", "access_status", "publication",
    "public_title", "source_id",
)  # fmt: skip


class Described(namedtuple("Described", (*COLUMNS, "holder", "fonds", "creating_unit"))):
    """What the index reads of a record: plain columns, and whose it is. Lighter than a model."""

    __slots__ = ()
    is_public = Record.is_public
    open_title = Record.open_title


class Places:
    """Institutions and fonds, each read once."""

    def __init__(self) -> None:
        self._institutions: dict[int | None, Any] = {None: None}
        self._fonds: dict[int, Any] = {}

    def described(self, row: tuple[Any, ...]) -> Described:
        """A row of `COLUMNS` with its institutions and fonds."""
        holder, fonds, unit = row[2:5]
        return Described(*row, self.institution(holder), self.fonds(fonds), self.institution(unit))

    def at_once(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Read together what these rows of `COLUMNS` need."""
        institutions = {key for row in rows for key in (row[2], row[4])} - self._institutions.keys()
        fonds = {row[3] for row in rows} - self._fonds.keys()
        self._institutions |= Institution.objects.in_bulk(institutions) if institutions else {}
        self._fonds |= Fonds.objects.in_bulk(fonds) if fonds else {}

    def institution(self, key: int | None) -> Any:
        """The institution of a key; None of none."""
        if key not in self._institutions:
            self._institutions[key] = Institution.objects.get(pk=key)
        return self._institutions[key]

    def fonds(self, key: int) -> Any:
        """The fonds of a key."""
        if key not in self._fonds:
            self._fonds[key] = Fonds.objects.get(pk=key)
        return self._fonds[key]


def all_documents() -> Iterator[SearchDocument]:
    """Every record of the catalogue, in the order of their keys, a batch at a time."""
    last, places = 0, Places()
    while True:
        rows = Record.objects.filter(pk__gt=last).order_by("pk").values_list(*COLUMNS)[:BATCH]
        found = [places.described(row) for row in rows]
        if not found:
            return
        yield from documents_of(found)
        last = found[-1].id  # type: ignore[attr-defined]


def documents_by_uid(uids: Iterable[str]) -> Iterator[SearchDocument]:
    """The records of these uids that exist."""
    waiting, places = iter(uids), Places()
    while batch := list(islice(waiting, BATCH)):
        rows = list(_by_uid(batch).order_by("pk").values_list(*COLUMNS))
        places.at_once(rows)
        yield from documents_of([places.described(row) for row in rows])


def _by_uid(uids: Sequence[str]) -> QuerySet[Record]:
    return among(Record, "uid", [uid.replace("-", "") for uid in uids])


class CatalogueTexts(Texts):
    """Where the index reads what it shows of its hits: the catalogue itself, as it stands now."""

    def titles(self, ids: Sequence[str], viewer_tokens: frozenset[str] | None) -> Mapping[str, str]:
        """The titles a viewer is shown."""
        return {str(row.uid): row.open_title for row in _seen(ids, viewer_tokens)}

    def documents(
        self, ids: Sequence[str], viewer_tokens: frozenset[str] | None
    ) -> Mapping[str, SearchDocument]:
        """The records as the index takes them."""
        return {one.id: one for one in documents_of(_seen(ids, viewer_tokens))}


def _seen(ids: Sequence[str], viewer_tokens: frozenset[str] | None) -> list[Any]:
    """The records of these uids that a viewer may see as they stand now."""
    rows, places = list(_by_uid(ids).values_list(*COLUMNS)), Places()
    places.at_once(rows)
    found = [places.described(row) for row in rows]
    if viewer_tokens is None:
        return found
    return [row for row in found if not viewer_tokens.isdisjoint(_tokens(row))]


def documents_of(rows: Sequence[Any]) -> Iterator[SearchDocument]:
    """The documents of these rows (`Record` or `Described`), their texts fetched together."""
    keys = [row.id for row in rows]
    texts, former = _texts(keys), codes_had(keys)
    for row in rows:
        yield _document(row, texts.get(row.id, []), former.get(row.id, ()))


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


def _document(
    record: Any, texts: list[tuple[str, str]], former: Sequence[str] = ()
) -> SearchDocument:
    return SearchDocument(
        id=str(record.uid),
        tokens=_tokens(record),
        title=record.open_title,
        text="\n".join([*_described(record), *former]),
        fulltext=pages(shown_texts(record, texts)) if texts else "",
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


def _tokens(record: Any) -> Sequence[str]:
    unit = record.creating_unit.code if record.creating_unit_id else None
    return tokens_like(record.holder.code, unit, record.secrecy_level, record.is_public)


@lru_cache(maxsize=10_000)  # many records, few kinds of them
def tokens_like(holder: str, unit: str | None, level: int, public: bool) -> Sequence[str]:
    """The access tokens of all such records."""
    return tuple(tokens_of(holder, unit, level, public))


def pages(texts: Sequence[str]) -> str:
    """The full text of a record, page after page."""
    return PAGE_BREAK.join(text.replace("\f", " ") for text in texts)[:MOST_TEXT]


def _persons(record: Any) -> str:
    value = record.description.get("persons")
    if not value:
        return ""
    kind = record_types().all().get(record.record_type)
    if record.is_public and not public_reads(kind, "persons"):
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


def _described(record: Any) -> list[str]:
    found = [record.organ] if record.organ else []
    shown = record.description
    if record.is_public:  # what the public does not see is not to be found by it either
        kind = record_types().all().get(record.record_type)
        shown = {name: value for name, value in shown.items() if public_reads(kind, name)}
    for _name, value in sorted(shown.items()):  # one order, whichever database kept them
        if type(value) is str:
            found.append(value)
        else:
            found.extend(_words(value))
    return found


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
    elif value not in (None, ""):
        yield str(value)
