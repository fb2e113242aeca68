"""Answers 检索应答: one state of the index asked one question, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2
from typing import Any

import tantivy
from tantivy import Order, Query

from lantai.core.search.analysis import DAY_SHIFT, id_number, tie_key
from lantai.core.search.highlighting import highlights
from lantai.core.search.matching import Readable
from lantai.core.search.nearness import Nearly
from lantai.core.search.port import SearchDocument, SearchHit, SearchQuery
from lantai.core.search.query import ParsedQuery
from lantai.core.search.reasons import reasons
from lantai.engines.search.tantivy.counting import Counting, counted
from lantai.engines.search.tantivy.limits import Limits, Match
from lantai.engines.search.tantivy.reading import Reading
from lantai.engines.search.tantivy.samples import ALL, Sample, in_round_figures

ID_BITS = (1 << DAY_SHIFT) - 1
WEIGHT = log2(tie_key(0))  # by which the engine multiplies scores so that equals keep an order
CAP = 10_000  # totals are exact up to here, and pages but by date go no deeper
MOVED = 200  # places by which the end of the page before may have moved down since
EQUALS = 40  # hits looked at on either side of a page, to set equals in order
MARKED = ("title", "text", "fulltext", "reference_code", "doc_no", "creator")
DATES = {"date": Order.Asc, "-date": Order.Desc}  # paged by key, however deep
ORDERINGS: dict[str, dict[str, Any]] = {  # the two first paged by place, to `CAP`
    "relevance": {"weight_by_field": "tie"},
    "reference_code": {"order_by_field": "reference_code", "order": Order.Asc},
    **{name: {"order_by_field": "date_sort", "order": order} for name, order in DATES.items()},
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A question decided for one state of the index."""

    query: SearchQuery
    parsed: ParsedQuery
    schema: tantivy.Schema
    reading: Reading
    match: Query
    total: int
    held: int = 0  # how many of them the sample holds: fewer than the total, if that is estimated
    sample: Sample = ALL  # of the records, which was asked where there are very many answers
    before: int = 0  # how many were shown of smaller samples
    nearly: Nearly | None = None  # what was asked instead, where nothing answers exactly
    start: int = 0  # where `first` begins
    first: Sequence[Any] = ()
    counting: Counting | None = None  # facets being counted meanwhile

    @property
    def estimated(self) -> bool:
        """Whether its total and facets are those of a sample."""
        return self.sample != ALL

    @property
    def near(self) -> bool:
        """Whether near matches are shown."""
        return self.nearly is not None

    @property
    def searcher(self) -> tantivy.Searcher:
        """The state asked."""
        return self.reading.searcher


def in_order(
    searcher: tantivy.Searcher, match: Query, sort: str, start: int, window: int
) -> tuple[Sequence[Any], int]:
    """The hits from ``start`` on and how many there are in all; of equals the one whose
    id has the higher number first, as after a rebuild. `WEIGHT` tells most of them apart."""
    before = min(start, EQUALS) if sort == "relevance" else 0
    after = EQUALS if sort == "relevance" and window else 0
    found: Any = searcher.search(
        match, limit=max(before + window + after, 1), offset=start - before, count=True,
        **ORDERINGS[sort],
    )  # fmt: skip
    hits = found.hits
    if after and any(one[0] == other[0] for one, other in pairwise(hits)):
        keys = searcher.fast_field_values("date_sort", [at for _, at in hits])
        numbers = [int(key or 0) & ID_BITS for key in keys]
        order = sorted(range(len(hits)), key=lambda n: (-hits[n][0], -numbers[n]))
        hits = [hits[n] for n in order]
    return hits[before : before + window], int(found.count or 0)


def page(
    answer: Answer, place: dict[str, Any] | None, state: list[int]
) -> tuple[list[SearchHit], dict[str, Any] | None]:
    """The hits after ``place`` and the place where they end (None at the end)."""
    query = answer.query
    if query.limit == 0:
        return [], None
    if query.sort in DATES:
        return _dated_page(answer)
    start = _start(answer, place, state)
    found = answer.first[start - answer.start :]
    hits = _hits(answer, found[: query.limit])
    end = start + len(hits)
    if not hits or answer.before + end >= CAP:
        return hits, None
    here = {"i": hits[-1].id, "g": state, "n": answer.near}
    if end < answer.held:
        return hits, _place({"o": end, "b": answer.before, **here}, answer, answer.sample)
    if answer.estimated and (following := answer.sample.following):
        return hits, _place({"o": 0, "b": answer.before + end, **here}, answer, following)
    return hits, None


def window_of(
    query: SearchQuery, place: dict[str, Any] | None, state: list[int]
) -> tuple[int, int]:
    """(where to begin, how many hits to ask for) so that a page can be told from one pass; where
    the index changed since the page before, its end is looked for among the hits up to here."""
    if query.sort in DATES:
        return 0, query.limit + 1  # one more tells whether more follow
    offset = int(place.get("o", 0)) if place else 0
    if place is None or place.get("g") == state:
        return offset, query.limit
    return 0, offset + MOVED + query.limit


def _start(answer: Answer, place: dict[str, Any] | None, state: list[int]) -> int:
    """Where this page begins: after the last hit shown, even when the index changed."""
    if place is None:
        return 0
    offset = int(place["o"])
    if place["g"] == state:
        return offset
    found = answer.first[: offset + MOVED]
    keys = answer.searcher.fast_field_values("date_sort", [at for _, at in found])
    numbers = [int(key or 0) & ID_BITS for key in keys]
    last = id_number(str(place["i"]))
    return numbers.index(last) + 1 if last in numbers else offset


def after_date(
    searcher: tantivy.Searcher, schema: tantivy.Schema, match: Query, sort: str, key: int | None,
    most: int,
) -> Sequence[Any]:  # fmt: skip
    """The hits that follow a key by date."""
    order = DATES[sort]
    if key is not None:
        bound: dict[str, Any] = (
            {"lower_bound": key, "include_lower": False}
            if order == Order.Asc
            else {"upper_bound": key, "include_upper": False}
        )
        rest = Query.range_query(schema, "date_sort", tantivy.FieldType.Unsigned, **bound)
        match = Limits().also(rest).within(Match(match))
    found = searcher.search(
        match, limit=most, order_by_field="date_sort", order=order, count=False
    ).hits
    return list(found)


def _dated_page(answer: Answer) -> tuple[list[SearchHit], dict[str, Any] | None]:
    found, limit = answer.first, answer.query.limit
    hits = _hits(answer, found[:limit])
    if len(found) <= limit:
        return hits, None
    place = {"k": found[limit - 1][0], "n": answer.near}
    return hits, _place(place, answer, answer.sample)


def _place(place: dict[str, Any], answer: Answer, sample: Sample) -> dict[str, Any]:
    """Where a page ended; what goes on in a sample says in which, and what total was told."""
    if not answer.estimated:
        return place
    return place | {"s": sample.share, "p": sample.past, "t": answer.total}


def _hits(answer: Answer, found: Sequence[Any]) -> list[SearchHit]:
    ranked = answer.query.sort == "relevance"
    addresses = [at for _score, at in found]
    texts = answer.query.highlight or answer.query.explain
    read = answer.reading.documents(addresses) if texts else answer.reading.keys(addresses)
    scores = [round(score / WEIGHT, 4) if ranked else 0.0 for score, _at in found]
    return [
        SearchHit(document.id, score, document.source_id, shown, _why(answer, document))
        for score, document, shown in zip(scores, read, _marks(answer, read), strict=True)
    ]


def _marks(answer: Answer, documents: Sequence[SearchDocument]) -> Sequence[dict[str, Any]]:
    if not answer.query.highlight:
        return [{}] * len(documents)
    words = answer.nearly.words if answer.nearly else answer.parsed.terms()
    needles = [term.text for term in words]
    fields = [{name: getattr(one, name) for name in MARKED} for one in documents]
    return highlights(fields, needles, near=answer.near)


def _why(answer: Answer, document: SearchDocument) -> Sequence[Mapping[str, str]]:
    if not answer.query.explain:
        return ()
    return reasons(Readable(document), answer.parsed, answer.near)


def facets(answer: Answer) -> dict[str, list[tuple[str, int]]]:
    """For each facet asked for, its values and how many records have them, most first."""
    wanted = list(dict.fromkeys(answer.query.facets))
    counting = answer.counting
    found = counting.told() if counting else counted(answer.searcher, answer.match, wanted)
    return {
        name: [(_value(value), _counted(count, answer)) for value, count in found[name]]
        for name in wanted
    }


def _counted(count: int, answer: Answer) -> int:
    return in_round_figures(count * answer.sample.times) if answer.estimated else count


def _value(key: Any) -> str:
    return str(int(key)) if isinstance(key, float) else str(key)
