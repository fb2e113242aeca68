"""Searching 台账检索: entries of all registers through the search engine, with permission inside.

They lie in an index of their own beside that of the catalogue, so that its totals stay those of
records. An entry's tokens are the roles its register opens to, at the places they reach; a
reader's are the roles held. Each hit is asked of the database again before it is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.conf import settings

from lantai.core.desks.register_definition import RegisterDefinition
from lantai.core.desks.register_values import earliest, shown_value
from lantai.core.search.port import (
    IndexEngine,
    IndexSink,
    QueryRefused,
    SearchDocument,
    SearchQuery,
    SearchUnavailable,
)
from lantai.engines.search import shared_search
from lantai.foundation.desks.registers.definitions import register_definitions
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.desks.registers.queries import entries_for, registers_for
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import Operator, standings
from lantai.foundation.refusal import Refusal

BATCH = 500
ANYWHERE = "*"


@dataclass(frozen=True)
class FoundEntry:
    """An entry found, with the places that answer the question."""

    entry: RegisterEntry
    register: RegisterDefinition
    highlights: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class EntriesFound:
    """A page of entries, how many there are, and in which registers."""

    results: Sequence[FoundEntry]
    total: int
    registers: Sequence[tuple[str, int]] = ()
    next: str = ""
    capped: bool = False
    near: bool = False


def register_index() -> IndexEngine:
    """The index of register entries, beside the catalogue's."""
    return shared_search(f"{settings.LANTAI.index_url}-registers")


def reader_tokens(actor: Any) -> frozenset[str] | None:
    """What a reader's roles open; None for the operator of the machine."""
    if isinstance(actor, Operator):
        return None
    found = set()
    for role, place in standings(actor):
        found |= {f"{role}@{place.pk}", f"{role}@{ANYWHERE}"}
    return frozenset(found)


class _Places:
    """Institutions with all above them, each read once."""

    def __init__(self) -> None:
        self._lines: dict[int, list[int]] = {}

    def line(self, place: Institution) -> list[int]:
        """The keys of the institution and of those above it."""
        if place.pk not in self._lines:
            above = self.line(place.parent) if place.parent_id and place.parent else []
            self._lines[place.pk] = [place.pk, *above]
        return self._lines[place.pk]


def entry_tokens(register: RegisterDefinition, place: Institution, places: _Places) -> list[str]:
    """Who may see an entry kept at a place: as the register's [[see]] says."""
    found: dict[str, None] = {}
    for line in register.see:
        reach: Sequence[Any] = [place.pk]
        if line.reach == "any":
            reach = [ANYWHERE]
        elif line.reach == "subtree":
            reach = places.line(place)
        found |= {f"{role}@{key}": None for role in line.roles for key in reach}
    return list(found)


def documents_of(rows: Iterable[RegisterEntry]) -> Iterator[SearchDocument]:
    """Entries as the index holds them; those of a register that is no more are left out."""
    shelf, places = register_definitions().all(), _Places()
    for row in rows:
        register = shelf.get(row.register)
        if register is not None:
            yield _document(row, register, places)


def _document(row: RegisterEntry, register: RegisterDefinition, places: _Places) -> SearchDocument:
    texts = [shown_value(f, row.values.get(f.name)) for f in register.fields]
    day = earliest(row.values.get(register.calendar)) if register.calendar else None
    codes = [str(row.values.get(f.name, "")) for f in register.fields if f.type == "record"]
    return SearchDocument(
        id=str(row.pk),
        tokens=entry_tokens(register, row.institution, places),
        title=row.title,
        text="\n".join(text for text in texts if text),
        reference_code=codes[0] if codes else "",
        record_class=register.id,
        level="register",
        holder=row.institution.code,
        year=day.year if day else 0,
        date=day.isoformat() if day else "",
    )


def all_documents() -> Iterator[SearchDocument]:
    """Every entry that stands, a batch at a time."""
    last = 0
    while True:
        rows = list(_standing().filter(pk__gt=last).order_by("pk")[:BATCH])
        if not rows:
            return
        yield from documents_of(rows)
        last = rows[-1].pk


def put_entries(sink: IndexSink, keys: Sequence[int]) -> int:
    """Put what stands, delete what does not; returns how many were put."""
    waiting, put = iter(dict.fromkeys(keys)), 0
    while batch := list(islice(waiting, BATCH)):
        made = list(documents_of(_standing().filter(pk__in=batch).order_by("pk")))
        put += sink.put(made)
        there = {document.id for document in made}
        if gone := [str(key) for key in batch if str(key) not in there]:
            sink.delete(gone)
    return put


def _standing() -> Any:
    return RegisterEntry.objects.filter(withdrawn_at=None).select_related("institution__parent")


def find_entries(
    actor: Any, text: str, *, register: str = "", after: str = "", limit: int = 20
) -> EntriesFound:
    """Ask the index as this reader; `Refusal` says what to change or that it is not ready."""
    query = SearchQuery(
        text=text,
        viewer_tokens=reader_tokens(actor),
        filters={"record_class": [register]} if register else {},
        facets=("record_class",),
        limit=max(1, min(limit, 100)),
        after=after,
    )
    try:
        page = register_index().search(query)
    except QueryRefused as refused:
        raise Refusal(refused.message_zh, refused.message_en, code="query-refused") from refused
    except SearchUnavailable as fault:
        raise Refusal(f"台账检索暂时不能使用：{fault.message_zh}",
                      f"Search of registers is not available now: {fault.message_en}",
                      code="search-unavailable") from fault  # fmt: skip
    rows = _seen(actor, [int(hit.id) for hit in page.hits])
    shelf = register_definitions().all()
    results = [
        FoundEntry(rows[int(hit.id)], shelf[rows[int(hit.id)].register], hit.highlights)
        for hit in page.hits
        if int(hit.id) in rows
    ]
    gone = RegisterEntry.objects.filter(pk__in=[h.id for h in page.hits if int(h.id) not in rows])
    less = Counter(gone.values_list("register", flat=True))
    counts = [(key, n - less[key]) for key, n in page.facets.get("record_class", ())]
    return EntriesFound(
        results=results,
        total=max(page.total - (len(page.hits) - len(results)), len(results)),
        registers=[(key, n) for key, n in counts if key in shelf and n > 0],
        next=page.next,
        capped=page.capped,
        near=page.near,
    )


def _seen(actor: Any, keys: Sequence[int]) -> dict[int, RegisterEntry]:
    """Those of the entries that the reader may see now, by key."""
    rows = {row.pk: row for row in _standing().filter(pk__in=keys)}
    wanted = {row.register for row in rows.values()}
    seen: set[int] = set()
    for register in registers_for(actor):
        if register.id in wanted:
            own = entries_for(actor, register).filter(pk__in=list(rows))
            seen |= set(own.values_list("pk", flat=True))
    return {key: row for key, row in rows.items() if key in seen}
