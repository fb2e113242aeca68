"""Finding 查找: a question to the index of the desks, answered with what the reader may open.

Permission is decided inside the query by tokens; each hit is asked of the database again before it
is shown, so that what was taken away a moment ago is not found any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lantai.core.search.port import (
    QueryRefused,
    SearchHit,
    SearchPage,
    SearchQuery,
    SearchUnavailable,
)
from lantai.foundation.desks.searching.desk import SearchedDesk, searched_desks
from lantai.foundation.desks.searching.indexing import desk_index
from lantai.foundation.desks.searching.tokens import reader_tokens
from lantai.foundation.policy import decide
from lantai.foundation.refusal import NotFound, Refusal

MOST = 100
MOST_TOGETHER = 20_000  # found rows that are given out as one file


@dataclass(frozen=True)
class Asked:
    """What is looked for, and where: "" is everywhere. ``only`` are keys of the one desk named."""

    text: str
    desk: str = ""
    definition: str = ""
    state: str = ""
    place: str = ""  # an institution's code
    series: str = ""  # open or closed cases, the forms of a round, `ROUNDS` themselves
    only: frozenset[str] | None = None
    after: str = ""
    limit: int = 20


@dataclass(frozen=True)
class FoundMatter:
    """A matter found, with the places that answer the question."""

    desk: SearchedDesk
    key: str
    row: Any
    definition: str
    highlights: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """A page of matters, how many there are, and on which desks under which definitions."""

    results: Sequence[FoundMatter]
    total: int
    desks: Sequence[tuple[str, int]] = ()
    definitions: Sequence[tuple[str, str, int]] = ()  # desk, definition, how many
    next: str = ""
    capped: bool = False
    near: bool = False


def desks_for(actor: Any) -> list[SearchedDesk]:
    """The desks at which the reader may look at all."""
    return [desk for desk in searched_desks().values() if decide(actor, desk.permission)]


def find_matters(actor: Any, asked: Asked) -> Found:
    """Ask the index as this reader; `Refusal` says what to change or that it is not ready."""
    desks = {one.id: one for one in desks_for(actor) if asked.desk in ("", one.id)}
    if asked.desk and asked.desk not in searched_desks():
        raise NotFound("没有这张桌。", "There is no such desk.")
    if not desks:
        return Found((), 0)
    page = _answer(actor, asked, desks)
    results, less = _seen(actor, page.hits, desks)
    counted = dict(page.facets.get("record_class", ()))
    counts = [(*kind.split("/", 1), n - less[kind]) for kind, n in counted.items()]
    per_desk: Counter[str] = Counter()
    for name, _definition, n in counts:
        per_desk[name] += n
    return Found(
        results=results,
        total=max(page.total - sum(less.values()), len(results)),
        desks=[(name, per_desk[name]) for name in desks if per_desk[name] > 0],
        definitions=[(name, key, n) for name, key, n in counts if n > 0],
        next=page.next,
        capped=page.capped,
        near=page.near,
    )


def every_found(actor: Any, asked: Asked, kind: type[Any]) -> list[int]:
    """The keys of all rows of a kind that answer, page after page; of very many, the first."""
    keys: list[int] = []
    at = replace(asked, limit=MOST)
    while len(keys) < MOST_TOGETHER:
        page = find_matters(actor, at)
        keys += [one.row.pk for one in page.results if isinstance(one.row, kind)]
        if not page.next:
            break
        at = replace(at, after=page.next)
    return keys


def _answer(actor: Any, asked: Asked, desks: Mapping[str, SearchedDesk]) -> SearchPage:
    filters = {"level": list(desks)}
    if asked.definition:
        filters["record_class"] = [desk.kind(asked.definition) for desk in desks.values()]
    named = (("access_status", asked.state), ("holder", asked.place), ("fonds", asked.series))
    filters |= {name: [value] for name, value in named if value}
    query = SearchQuery(
        text=asked.text,
        viewer_tokens=reader_tokens(actor),
        filters=filters,
        facets=("record_class",),
        limit=max(1, min(asked.limit, MOST)),
        after=asked.after,
        ids=_names(asked, desks),
    )
    try:
        return desk_index().search(query)
    except QueryRefused as refused:
        raise Refusal(refused.message_zh, refused.message_en, code="query-refused") from refused
    except SearchUnavailable as fault:
        raise Refusal(f"检索暂时不能使用：{fault.message_zh}",
                      f"Search is not available now: {fault.message_en}",
                      code="search-unavailable") from fault  # fmt: skip


def _names(asked: Asked, desks: Mapping[str, SearchedDesk]) -> frozenset[str] | None:
    if asked.only is None:
        return None
    return frozenset(
        desk.name(key, variant)
        for desk in desks.values()
        for key in asked.only
        for variant in desk.variants
    )


def _seen(
    actor: Any, hits: Sequence[SearchHit], desks: Mapping[str, SearchedDesk]
) -> tuple[list[FoundMatter], Counter[str]]:
    """What of a page may be opened now, each matter once; and what falls away, by its kind.

    Who reads a case from two sides (at its institution and at a party's) meets both of its
    documents: the fuller one stands.
    """
    placed = [(desks[hit.id.partition(":")[0]], hit) for hit in hits]
    rows = {
        desk.id: desk.seen(actor, [desk.key_in(hit.id) for at, hit in placed if at is desk])
        for desk in {at.id: at for at, _hit in placed}.values()
    }
    found: dict[tuple[str, str], FoundMatter] = {}
    less: Counter[str] = Counter()
    for desk, hit in placed:
        key = desk.key_in(hit.id)
        row, known = rows[desk.id].get(key), found.get((desk.id, key))
        if row is None or known is not None:
            less[hit.source_id] += 1
        if row is not None and (known is None or hit.id.count(":") > 1):
            kind = hit.source_id.partition("/")[2]
            found[(desk.id, key)] = FoundMatter(desk, key, row, kind, hit.highlights)
    return list(found.values()), less
