"""The index in memory 内存检索引擎: every record read for every question; the judge in tests.

Nothing is indexed, so nothing can be missed. For tests and very small collections.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, ClassVar, Self

from lantai.core.search.analysis import (
    code_sort_key,
    compact,
    date_sort_key,
    doc_no_tokens,
    title_key,
)
from lantai.core.search.cursor import read_cursor, write_cursor
from lantai.core.search.highlighting import highlight
from lantai.core.search.matching import Readable, answers
from lantai.core.search.nearness import (
    Nearly,
    asked_nearly,
    enough,
    nearly_contains,
    notes_of,
    words_needed,
)
from lantai.core.search.persons import nearly_named
from lantai.core.search.port import (
    IndexEngine,
    IndexSink,
    QueryRefused,
    SearchDocument,
    SearchHit,
    SearchPage,
    SearchQuery,
)
from lantai.core.search.query import ParsedQuery, Term, parse_query
from lantai.core.search.reasons import reasons

FACETS = ("fonds", "record_class", "level", "access_status", "holder", "year")
SORTS = ("relevance", "date", "-date", "reference_code")


class MemorySearch(IndexEngine):
    """Records in a dictionary. ``memory://name`` gives the same one to all who ask by name."""

    id = "memory"
    _named: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        self._records: dict[str, Readable] = {}
        self._waiting: list[tuple[str, SearchDocument | None]] = []
        self._lock = threading.RLock()

    @classmethod
    def open(cls, location: str) -> Self:
        """The index of this name in this process; without a name, a new one."""
        return cls._named.setdefault(location, cls()) if location else cls()

    def put(self, documents: Iterable[SearchDocument]) -> int:
        """Add or replace; visible after `commit`."""
        taken = [(document.id, document) for document in documents]
        with self._lock:
            self._waiting += taken
        return len(taken)

    def delete(self, ids: Iterable[str]) -> None:
        """Remove by id; done after `commit`."""
        with self._lock:
            self._waiting += [(identifier, None) for identifier in ids]

    def commit(self) -> None:
        """Make what was put visible."""
        with self._lock:
            records = dict(self._records)
            for identifier, document in self._waiting:
                records.pop(identifier, None)
                if document is not None:
                    records[identifier] = Readable(document)
            self._records, self._waiting = records, []

    def rebuild(
        self,
        documents: Iterable[SearchDocument],
        catch_up: Callable[[IndexSink], None] | None = None,
    ) -> int:
        """Build anew beside, then switch."""
        beside = MemorySearch()
        count = beside.put(documents)
        beside.commit()
        if catch_up is not None:
            catch_up(beside)
            beside.commit()
        with self._lock:
            self._records = beside._records
        return count

    def close(self) -> None:
        """Nothing to give up."""

    def count(self) -> int:
        """How many records are held."""
        return len(self._records)

    def search(self, query: SearchQuery) -> SearchPage:
        """One page of answers, by reading every record the viewer may see."""
        started = time.perf_counter()
        parsed = parse_query(query.text)
        _check(query)
        place = read_cursor(query)
        seen = [record for record in self._records.values() if _visible(record, query)]
        ranked = [(score(r, parsed), r) for r in seen if answers(r, parsed)]
        nearly = None if ranked or query.exact else asked_nearly(parsed)
        if nearly:
            ranked = [(found, r) for r in seen if (found := near_score(r, nearly))]
        ranked.sort(key=lambda pair: _sort_key(query.sort, *pair))
        if query.sort == "-date":
            ranked.reverse()
        start = _after(ranked, place)
        shown = ranked[start : start + query.limit]
        more = bool(shown) and start + query.limit < len(ranked)
        return SearchPage(
            hits=[_hit(found, record, parsed, query, nearly) for found, record in shown],
            total=len(ranked),
            took_ms=round((time.perf_counter() - started) * 1000, 3),
            facets={name: _facet(name, [r for _, r in ranked]) for name in query.facets},
            next=write_cursor(query, {"i": shown[-1][1].document.id, "o": start + query.limit})
            if more
            else "",
            near=bool(nearly and ranked),
            notes=notes_of(parsed, nearly, len(ranked)),
        )

    def suggest(
        self, prefix: str, viewer_tokens: frozenset[str] | None, limit: int = 8
    ) -> list[str]:
        """Titles that begin with the text, then those that hold it, short ones first."""
        text = compact(prefix[:100])
        if not text:
            return []
        viewer = SearchQuery(viewer_tokens=viewer_tokens)
        titles = {
            record.document.title
            for record in self._records.values()
            if text in record.title and _visible(record, viewer)
        }
        order = sorted(titles, key=lambda t: (not compact(t).startswith(text), len(t), t))
        return order[: max(limit, 0)]


def score(record: Readable, parsed: ParsedQuery) -> float:
    """How surely the record is the very one asked for."""
    plain, key = parsed.plain, title_key(parsed.plain)
    points = sum(
        10 if term.text in record.title else 2 if term.text in record.text else 1
        for term in parsed.terms()
    )
    if not key:
        return float(points)
    title = record.title_key
    points += 900 * (title == key) + 300 * (key in record.creator_keys)
    points += 1200 * (compact(record.document.reference_code) == plain)
    if record.has_doc_no(plain) and len(doc_no_tokens(plain)) > 1:
        points += 500 + 600 * (doc_no_tokens(record.document.doc_no) == doc_no_tokens(plain))
    if len(key) > 1 and key in title:
        points += 150 + 60 * title.endswith(key) + 30 * title.startswith(key)
    return points + 1 / (1 + len(title))


def near_score(record: Readable, nearly: Nearly) -> float:
    """How near the record is to a question that nothing answers; 0 when it is not."""
    present = sum(_nearly_holds(record, word) for word in nearly.words)
    points = float(present) if present >= words_needed(len(nearly.words)) else 0.0
    key = title_key(nearly.plain)
    held = len(key) > 1 and key in record.title_key
    if held or (nearly.key and nearly_contains(nearly.key, record.title_key)):
        points += 900
    document = record.document
    named = nearly_named(nearly.key, document.creator, document.persons) if nearly.key else 0
    return points + 500 * named


def _nearly_holds(record: Readable, word: Term) -> bool:
    texts = (record.title + record.text, record.fulltext)
    if any(word.text in text for text in texts):
        return True
    if word.phrase or len(word.text) < 4:
        return False
    pairs = {a + b for a, b in pairwise(word.text)}
    return any(sum(p in text for p in pairs) >= enough(len(pairs)) for text in texts)


def _check(query: SearchQuery) -> None:
    if not 0 <= query.limit <= 1000 or query.sort not in SORTS:
        raise QueryRefused("每页条数或排序无效。", "The limit or the sort is not valid.")
    for name in (*query.filters, *query.facets):
        if name not in FACETS:
            raise QueryRefused(f"没有“{name}”这个筛选项。", f"There is no filter {name!r}.")


def _visible(record: Readable, query: SearchQuery) -> bool:
    document = record.document
    if query.viewer_tokens is not None and query.viewer_tokens.isdisjoint(document.tokens):
        return False
    if query.ids is not None and document.id not in query.ids:
        return False
    for name, values in query.filters.items():
        if str(getattr(document, name)) not in values or not getattr(document, name):
            return False
    if query.year_from is None and query.year_to is None:
        return True
    return max(query.year_from or 1, 1) <= document.year <= (query.year_to or 9999)


def _sort_key(sort: str, found: float, record: Readable) -> Any:
    if sort in ("date", "-date"):
        return date_sort_key(record.document)
    if sort == "reference_code":
        return code_sort_key(record.document)
    return (-found, record.document.id)


def _after(ranked: list[tuple[float, Readable]], place: dict[str, Any] | None) -> int:
    if place is None:
        return 0
    ids = [record.document.id for _, record in ranked]
    return ids.index(place["i"]) + 1 if place["i"] in ids else int(place["o"])


def _facet(name: str, records: list[Readable]) -> list[tuple[str, int]]:
    values = Counter(str(v) for r in records if (v := getattr(r.document, name)))
    return sorted(values.items(), key=lambda item: (-item[1], item[0]))


def _hit(
    found: float,
    record: Readable,
    parsed: ParsedQuery,
    query: SearchQuery,
    nearly: Nearly | None,
) -> SearchHit:
    shown: dict[str, Any] = {}
    document = record.document
    if query.highlight:
        names = ("title", "text", "fulltext", "reference_code", "doc_no", "creator")
        fields = {name: getattr(document, name) for name in names}
        words = nearly.words if nearly else parsed.terms()
        shown = highlight(fields, [term.text for term in words], bool(nearly))
    ranked = round(found, 4) if query.sort == "relevance" else 0.0
    why = reasons(record, parsed, bool(nearly)) if query.explain else ()
    return SearchHit(document.id, ranked, document.source_id, shown, why)
