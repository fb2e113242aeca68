"""Searching within 在结果中检索: earlier questions, a branch of the tree, records picked by hand.

Earlier questions are put together into one; a branch and picked records become the set of records
that the engine searches among. Both are chips that can be taken away one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from lantai.access.search.queries import QuestionRefused
from lantai.catalogue.arranging.subtree import keys_below
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.queries import record_for
from lantai.core.search.port import QueryRefused
from lantai.core.search.query import parse_query
from lantai.foundation.bulk_rows import among
from lantai.foundation.refusal import NotFound

MOST_EARLIER = 8
MOST_PICKED = 200
MOST_BELOW = 20_000  # records of a branch


def together(questions: Sequence[str]) -> str:
    """One question that asks all of them: what each finds alone, found by every one."""
    if len(questions) < 2:
        return "".join(questions)
    return " ".join(_bracketed(text) for text in questions if text)


def _bracketed(text: str) -> str:
    """In brackets where operators inside would reach what stands beside."""
    try:
        plain = bool(parse_query(text).plain)
    except QueryRefused:
        plain = True
    return text if plain or len(text.split()) < 2 else f"（{text}）"


def records_within(actor: Any, under: str, picked: Sequence[str]) -> frozenset[str] | None:
    """The uids to search among, None for all. A branch too large is refused with what to do."""
    found: frozenset[str] | None = None
    if under:
        found = _below(_branch(actor, under))
    if picked:
        chosen = frozenset(uid for text in picked[:MOST_PICKED] if (uid := _uid(text)))
        found = chosen if found is None else found & chosen
    return found


def branch_named(actor: Any, under: str) -> Record | None:
    """The branch's record, if the viewer may see it."""
    try:
        return _branch(actor, under) if under else None
    except NotFound:
        return None


def _branch(actor: Any, under: str) -> Record:
    return record_for(actor, UUID(_uid(under) or str(UUID(int=0))))


def _below(top: Record) -> frozenset[str]:
    keys = keys_below(top.pk, MOST_BELOW + 1)
    if len(keys) > MOST_BELOW:
        raise QuestionRefused(
            f"“{top}”之下超过 {MOST_BELOW:,} 件，不能这样圈定；请用左侧的全宗、门类、年度缩小范围，或选下一级。",
            f"More than {MOST_BELOW:,} records are below {top}: narrow by fonds, class and year, "
            "or choose a lower branch.",
        )
    rows = among(Record, "id", keys).values_list("uid", flat=True)  # type: ignore[arg-type]
    return frozenset(str(uid) for uid in rows)


def _uid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
