"""Questions to the index, answered with records; each hit is checked again in the database.

The index filters by tokens inside. It may lag behind the catalogue by some changes: a hit
that the viewer may not see any more is dropped here, and taken out of the totals.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lantai.access.search.followers import FOLLOWER, changed_uids
from lantai.access.search.index import index
from lantai.catalogue.records.models import Record, RecordRevision
from lantai.catalogue.records.queries import records_for
from lantai.core.search.port import QueryRefused, SearchPage, SearchQuery, SearchUnavailable
from lantai.foundation.changes.models import Change, FollowerCursor
from lantai.foundation.refusal import Refusal
from lantai.governance.access_rules.visibility import viewer_tokens

FACETS = ("fonds", "record_class", "year", "access_status", "level", "holder")
SORTS = ("relevance", "-date", "date", "reference_code")
MOST = 1_000  # records a page
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
    try:
        page = index().search(query)
    except QueryRefused as refused:
        raise QuestionRefused(refused.message_zh, refused.message_en) from refused
    except SearchUnavailable as fault:
        log.error("search: %s", fault)
        raise SearchDown(
            f"检索暂时不能使用：{fault.message_zh}",
            f"Search is not available now: {fault.message_en}",
        ) from fault
    return _joined(actor, page)


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
    tokens = viewer_tokens(actor)
    try:
        titles = index().suggest(text, tokens, limit)
    except (QueryRefused, SearchUnavailable):
        return []
    if tokens is None or not titles:
        return titles
    hidden = _titles_hidden_since(actor)
    return [] if hidden is None else [title for title in titles if title not in hidden]


def _titles_hidden_since(actor: Any) -> set[str] | None:
    """Titles of changed records the index does not know of yet and the viewer may not see.

    None when the index is too far behind to say.
    """
    read = FollowerCursor.objects.filter(pk=FOLLOWER).values_list("number", flat=True).first()
    behind = Change.objects.filter(number__gt=read or 0).order_by("number")
    changes = list(behind[: MOST_BEHIND + 1])
    if len(changes) > MOST_BEHIND:
        return None
    uids = changed_uids(changes)
    seen = set(records_for(actor).filter(uid__in=uids).values_list("pk", flat=True))
    gone = Record.objects.filter(uid__in=uids).exclude(pk__in=seen)
    titles = set(gone.values_list("title", flat=True))
    earlier = RecordRevision.objects.filter(record__in=gone).values_list("before", flat=True)
    return titles | {str(values["title"]) for values in earlier if "title" in values}
