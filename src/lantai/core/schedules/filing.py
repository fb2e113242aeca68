"""Filing advice 归档建议: which clause a document falls under, with the words that say so.

Keywords of the clause rows and the words of the clause texts are looked for in the title and
the other values, both folded. When the words are few, or two clauses with different retention
come close, the confidence is low: a person decides.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lantai.core.identifiers import ReferenceCode, ReferenceCodeRule
from lantai.core.schedules.schedule import Clause, Schedule
from lantai.core.text import bigrams, fold, is_cjk

UNSURE = 0.4  # below this a form must not choose by itself
_FIELDS = ("title", "keywords", "genre", "abstract")
_TOO_LONG = 4000  # characters of the values that are looked at


@dataclass(frozen=True)
class Suggestion:
    """One clause proposed; ``confidence`` 0 to 1, below `UNSURE` only a hint."""

    clause_no: str
    clause_text: str
    record_class: str  # category key, WS or ZY·HY
    organ: str
    retention: str
    confidence: float
    reasons_zh: tuple[str, ...]
    reasons_en: tuple[str, ...]
    schedule_version: str = ""


@dataclass(frozen=True)
class _Score:
    clause: Clause
    points: float
    keywords: tuple[str, ...]
    words: tuple[str, ...]
    organ: bool


def suggest(schedule: Schedule, values: Mapping[str, Any], limit: int = 5) -> list[Suggestion]:
    """The likeliest clauses, best first; empty when nothing speaks for any."""
    text = fold(" ".join(str(values.get(name) or "") for name in _FIELDS)[:_TOO_LONG])
    wanted_class = str(values.get("record_class") or "")
    organ = str(values.get("organ") or "")
    rarity = _rarity(schedule)
    scores = [
        _score(schedule, clause, text, organ, rarity)
        for clause in schedule.leaves
        if not wanted_class or wanted_class in (clause.category, clause.category.partition("·")[0])
    ]
    scores = sorted(
        (score for score in scores if score.points > 0),
        key=lambda score: (-score.points, -_length(score.clause.retention)),
    )
    return [
        _suggestion(schedule, score, _confidence(scores, place))
        for place, score in enumerate(scores[:limit])
    ]


def _length(retention: str) -> int:
    """For a tie the longer retention goes first: it can be shortened later."""
    return (
        10**6 if retention == "Y" else int(retention[1:] or 0) if retention[1:].isdecimal() else 0
    )


def _rarity(schedule: Schedule) -> dict[str, float]:
    """How much each pair of characters tells: rare in the clauses, more."""
    counts: dict[str, int] = {}
    for clause in schedule.leaves:
        for pair in set(_pairs(clause.full_text)):
            counts[pair] = counts.get(pair, 0) + 1
    total = max(1, len(schedule.leaves))
    return {pair: math.log(1 + total / count) for pair, count in counts.items()}


@lru_cache(maxsize=4096)
def _pairs(text: str) -> tuple[str, ...]:
    return tuple(pair for pair in bigrams(fold(text)) if all(is_cjk(c) for c in pair))


def _score(
    schedule: Schedule,
    clause: Clause,
    text: str,
    organ: str,
    rarity: Mapping[str, float],
) -> _Score:
    own = [word for word in clause.keywords if fold(word) in text]
    above: list[str] = []
    parent = schedule.by_no.get(clause.parent_no)
    while parent is not None:
        above += [word for word in parent.keywords if fold(word) in text]
        parent = schedule.by_no.get(parent.parent_no)
    against = [word for word in clause.unless if fold(word) in text]
    shared = [pair for pair in dict.fromkeys(_pairs(clause.full_text)) if pair in text]
    points = sum(2.0 + min(len(word), 6) for word in own)
    points += sum(1.5 + 0.5 * min(len(word), 6) for word in dict.fromkeys(above))
    points += 0.5 * sum(rarity.get(pair, 0.0) for pair in shared)
    points -= sum(3.0 + len(word) for word in against)
    same_organ = bool(organ) and organ == clause.organ
    if points > 0 and organ:
        points *= 1.25 if same_organ else 0.8
    found = tuple(dict.fromkeys([*own, *above]))
    return _Score(clause, points, found, tuple(shared[:6]), same_organ)


def _confidence(scores: list[_Score], place: int) -> float:
    """Closed when unsure: without a keyword, with few points, or with a close rival."""
    score = scores[place]
    strength = score.points / (score.points + 8.0)
    if not score.keywords:
        strength = min(strength, 0.3)
    best_other = next((s for i, s in enumerate(scores) if i != place), None)
    if best_other and best_other.points > 0:
        lead = score.points / best_other.points
        if best_other.clause.retention != score.clause.retention and lead < 1.2:
            strength = min(strength, UNSURE - 0.05)
        elif lead < 1.05:
            strength = min(strength, 0.5)
    return round(min(strength, 0.95), 2)


def _suggestion(schedule: Schedule, score: _Score, confidence: float) -> Suggestion:
    zh, en = [], []
    if score.keywords:
        zh.append(f"关键词：{'、'.join(score.keywords)}")
        en.append(f"keywords: {', '.join(score.keywords)}")
    if score.words:
        zh.append(f"与条款用词相同：{'、'.join(score.words)}")
        en.append(f"words of the clause: {', '.join(score.words)}")
    if score.organ:
        zh.append(f"责任部门一致：{score.clause.organ}")
        en.append(f"same office: {score.clause.organ}")
    if score.clause.basis:
        zh.append(f"依据：{score.clause.basis}")
        en.append(f"basis: {score.clause.basis}")
    if confidence < UNSURE:
        zh.append("把握不足，请人工确定")
        en.append("unsure: a person must decide")
    return Suggestion(
        clause_no=score.clause.no,
        clause_text=score.clause.full_text,
        record_class=score.clause.category,
        organ=score.clause.organ,
        retention=score.clause.retention,
        confidence=confidence,
        reasons_zh=tuple(zh),
        reasons_en=tuple(en),
        schedule_version=f"{schedule.id}@{schedule.version}",
    )


def next_item_code(
    rule: ReferenceCodeRule, parts: Mapping[str, Any], taken: Iterable[int] = ()
) -> ReferenceCode:
    """The next code of the scope: highest number ever given + 1 (a number is never used again).

    ``parts`` lack the counting part; the caller holds the row lock. `ReferenceCodeError` when a
    part is missing or the width is used up.
    """
    number = max(taken, default=0) + 1
    return ReferenceCode.build(rule, **{**parts, rule.last_part: number})
