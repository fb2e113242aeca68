"""Questions to the index, answered with records; each hit is checked again in the database.

The index filters by tokens inside. It may lag behind the catalogue by some changes: a hit
that the viewer may not see any more is dropped here, and taken out of the totals.
"""

from __future__ import annotations

import logging
import math
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lantai.access.search.followers import FOLLOWER, changed_uids
from lantai.access.search.health import (
    ask_for_rebuild,
    index_is_lost,
    lost,
    must_be_rebuilt,
    progress_words,
)
from lantai.access.search.index import index
from lantai.access.search.without_index import records_without_index, said
from lantai.catalogue.records.models import Record, RecordRevision
from lantai.catalogue.records.queries import records_for
from lantai.core.search.port import QueryRefused, SearchPage, SearchQuery, SearchUnavailable
from lantai.foundation.changes.following import last_change
from lantai.foundation.changes.models import Change, FollowerCursor
from lantai.foundation.refusal import Refusal
from lantai.governance.access_rules.visibility import viewer_tokens

FACETS = ("fonds", "record_class", "year", "access_status", "level", "holder")
SORTS = ("relevance", "-date", "date", "reference_code")
MOST = 1_000  # records a page
# seconds: answers to viewers who do not see everything come at multiples of these
GRAIN, GRAIN_OF_NOTHING = 0.01, 0.05
MOST_BEHIND = 5_000  # changes; further behind, suggestions wait for the index
log = logging.getLogger("lantai.search")


class QuestionRefused(Refusal):
    """检索式不能执行: the question cannot be asked; the words say what to change."""

    code = "query-refused"


class SearchDown(Refusal):
    """检索暂不可用: the index cannot answer now."""

    code = "search-unavailable"


@dataclass(frozen=True)
class Found:
    """A record found, with the places that answer the question: {field: {text, places, start}}."""

    record: Record
    score: float
    highlights: Mapping[str, Any]
    reasons: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True)
class SearchAnswer:
    """A page of records and what is known of the whole."""

    results: Sequence[Found]
    total: int
    took_ms: float
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    next: str = ""
    capped: bool = False
    near: bool = False
    notes: Sequence[tuple[str, str]] = ()
    without_index: bool = False  # the catalogue answered, the index could not


def search(
    actor: Any,
    *,
    text: str = "",
    filters: Mapping[str, Sequence[str]] | None = None,
    facets: Sequence[str] = (),
    limit: int = 20,
    after: str = "",
    sort: str = "relevance",
    year_from: int | None = None,
    year_to: int | None = None,
    highlight: bool = True,
    explain: bool = False,
    within: Iterable[str] | None = None,
) -> SearchAnswer:
    """Ask as this viewer, ``within`` these uids when given. `QuestionRefused` and `SearchDown` say what to do."""
    query = SearchQuery(
        text=text,
        viewer_tokens=viewer_tokens(actor),
        filters=dict(filters or {}),
        year_from=year_from,
        year_to=year_to,
        facets=tuple(facets),
        limit=limit,
        after=after,
        sort=sort,
        highlight=highlight,
        explain=explain,
        ids=None if within is None else frozenset(within),
    )
    began = time.perf_counter()
    try:
        page = index().search(query)
        if not page.total and index_is_lost():
            raise lost()
    except QueryRefused as refused:
        raise QuestionRefused(refused.message_zh, refused.message_en) from refused
    except SearchUnavailable as fault:
        return _without_index(actor, query, fault)
    answer = _joined(actor, page)
    if query.viewer_tokens is not None:
        found = bool(answer.total and not answer.near)
        answer = replace(answer, took_ms=_evened(began, GRAIN if found else GRAIN_OF_NOTHING))
    return answer


def _evened(began: float, grain: float) -> float:
    """Wait to the next full grain (seconds) and return the milliseconds since ``began``.

    A word that stands in closed records only takes the index a little longer than one that
    stands nowhere; a viewer who may ask a thousand times would read that off the clock.
    """
    grains = math.ceil((time.perf_counter() - began) / grain)
    time.sleep(max(0.0, began + grains * grain - time.perf_counter()))
    return round(grains * grain * 1000, 3)


def _without_index(actor: Any, query: SearchQuery, fault: SearchUnavailable) -> SearchAnswer:
    """What the catalogue itself can answer; `SearchDown` in words for anything more."""
    log.error("search: %s", fault)
    if must_be_rebuilt(fault):
        ask_for_rebuild()
    progress = progress_words()
    found = records_without_index(actor, query)
    if found is None:
        raise SearchDown(
            f"检索暂时不能使用：{fault.message_zh}{progress[0]}此间可以只用普通词语检索题名、档号、文号和责任者。",
            f"Search is not available now: {fault.message_en} {progress[1]} Meanwhile plain words "
            "are looked for in titles, codes, numbers and creators.",
        ) from fault
    rows, more, taken = found
    return SearchAnswer(
        results=[Found(row, 0.0, {}) for row in rows],
        total=len(rows),
        took_ms=taken,
        facets={name: [] for name in query.facets},
        capped=more,
        notes=(said(fault, progress),),
        without_index=True,
    )


def _joined(actor: Any, page: SearchPage) -> SearchAnswer:
    wanted = [hit.id for hit in page.hits]
    rows = {str(row.uid): row for row in records_for(actor).filter(uid__in=wanted)}
    results = [
        Found(rows[h.id], h.score, h.highlights, h.reasons) for h in page.hits if h.id in rows
    ]
    lost = [uid for uid in wanted if uid not in rows]
    return SearchAnswer(
        results=results,
        total=max(page.total - len(lost), len(results)),
        took_ms=round(page.took_ms, 3),
        facets=_less(page.facets, lost) if lost else page.facets,
        next=page.next,
        capped=page.capped,
        near=page.near,
        notes=page.notes,
    )


def _less(
    facets: Mapping[str, Sequence[tuple[str, int]]], lost: Sequence[str]
) -> dict[str, list[tuple[str, int]]]:
    """The facets without records that the viewer may no longer see."""
    rows = list(Record.objects.filter(uid__in=lost).select_related("fonds", "holder"))
    left: dict[str, list[tuple[str, int]]] = {}
    for name, values in facets.items():
        known = {value for value, _count in values}
        hidden = Counter(_facet_value(row, name, known) for row in rows)
        counts = [(value, count - hidden[value]) for value, count in values]
        left[name] = [(value, count) for value, count in counts if count > 0]
    return left


def _facet_value(row: Record, name: str, known: set[str]) -> str:
    if name in {"fonds", "holder"}:
        return str(getattr(row, name).code)
    if name == "access_status" and row.access_status not in known:
        return "open"  # what the index still takes it for
    return str(getattr(row, name) or ("0" if name == "year" else ""))


def suggest(actor: Any, text: str, limit: int = 8) -> list[str]:
    """Titles to complete what is being typed, among those this viewer may see."""
    tokens, began = viewer_tokens(actor), time.perf_counter()
    try:
        titles = index().suggest(text, tokens, limit)
    except (QueryRefused, SearchUnavailable):
        return []
    if tokens is not None:
        _evened(began, GRAIN if titles else GRAIN_OF_NOTHING)
    if tokens is None or not titles:
        return titles
    hidden = _titles_hidden_since(actor)
    return [] if hidden is None else [title for title in titles if title not in hidden]


def _titles_hidden_since(actor: Any) -> set[str] | None:
    """Titles of changed records the index does not know of yet and the viewer may not see.

    None when the index is too far behind to say.
    """
    read = FollowerCursor.objects.filter(pk=FOLLOWER).values_list("number", flat=True).first() or 0
    upto = last_change()
    if upto - read > MOST_BEHIND:
        return None
    uids = changed_uids(Change.objects.filter(number__gt=read, number__lte=upto))
    seen = set(records_for(actor).filter(uid__in=uids).values_list("pk", flat=True))
    gone = Record.objects.filter(uid__in=uids).exclude(pk__in=seen)
    titles = set(gone.values_list("title", flat=True))
    earlier = RecordRevision.objects.filter(record__in=gone).values_list("before", flat=True)
    return titles | {str(values["title"]) for values in earlier if "title" in values}
