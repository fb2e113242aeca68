"""Scoring 计分: values of the leaves → sums up the tree, vetoes, the grade. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lantai.core.desks.evaluation_definition import EvaluationDefinition, Grade, Indicator
from lantai.core.desks.expressions import ExpressionError, evaluate

MET = ("yes", "no", "none")


@dataclass(frozen=True)
class Score:
    """What values come to. ``sums``: indicator → sum below it; None where nothing is scored."""

    total: float | None
    share: float | None
    vetoes: tuple[str, ...]
    grade: Grade | None
    answered: int
    sums: dict[str, float] = field(default_factory=dict)
    problem: str = ""  # why no grade could be worked out


def fits(scheme: EvaluationDefinition, entry: Indicator, value: Any) -> bool:
    """May the value stand for the indicator?"""
    if scheme.mode == "verdict":
        return value in MET
    if scheme.mode == "conclusion":
        return value in {code for code, *_ in scheme.choices}
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return 0 <= value <= entry.maximum


def score(scheme: EvaluationDefinition, values: Mapping[str, Any]) -> Score:
    """Sum, veto and grade the values of the leaves; what is not answered counts nothing."""
    known = {e.id: values[e.id] for e in scheme.leaves if fits(scheme, e, values.get(e.id))}
    sums = _sums(scheme, known)
    total = round(sum(v for k, v in sums.items() if "." not in k), 4) if sums else None
    share = _share(scheme, known)
    failed = [e.id for e in scheme.leaves if e.id in known and _fails(scheme, e, known[e.id])]
    vetoes = tuple(e.id for e in scheme.leaves if e.veto and e.id in failed)
    ranks = {code: rank for code, _, _, rank in scheme.choices}
    facts = {
        "score": total, "share": share, "full": scheme.full, "vetoed": bool(vetoes),
        "failed": failed, "answered": len(known), "count_items": len(scheme.leaves),
        "worst": max((ranks[v] for v in known.values() if v in ranks), default=0),
    }  # fmt: skip
    grade, problem = _graded(scheme, facts)
    return Score(total, share, vetoes, grade, len(known), sums, problem)


def _sums(scheme: EvaluationDefinition, known: Mapping[str, Any]) -> dict[str, float]:
    if scheme.mode != "points":
        return {}
    sums: dict[str, float] = {}
    for entry in scheme.leaves:
        if entry.id not in known:
            continue
        value, place = float(known[entry.id]) * entry.weight, entry.id
        while place:
            sums[place] = round(sums.get(place, 0.0) + value, 6)
            place = place.rpartition(".")[0]
    return sums


def _share(scheme: EvaluationDefinition, known: Mapping[str, Any]) -> float | None:
    if scheme.mode != "verdict":
        return None
    asked = [value for value in known.values() if value != "none"]
    return sum(value == "yes" for value in asked) / len(asked) if asked else None


def _fails(scheme: EvaluationDefinition, entry: Indicator, value: Any) -> bool:
    if scheme.mode == "verdict":
        return bool(value == "no")
    if scheme.mode == "conclusion":
        return next((rank for code, _, _, rank in scheme.choices if code == value), 0) > 0
    return float(value) == 0


def _graded(scheme: EvaluationDefinition, facts: Mapping[str, Any]) -> tuple[Grade | None, str]:
    for grade in scheme.grades:
        try:
            if not grade.when or evaluate(grade.when, facts):
                return grade, ""
        except ExpressionError as problem:
            return None, problem.message_zh
    return None, ""


def proposed(entry: Indicator, facts: Mapping[str, Any]) -> tuple[float | str | None, str]:
    """(the score that live data propose, why not): a missing fact proposes nothing."""
    if not entry.formula:
        return None, ""
    try:
        value = evaluate(entry.formula, {**facts, "maximum": entry.maximum})
    except ExpressionError as problem:
        return None, problem.message_zh
    if isinstance(value, bool):
        return ("yes" if value else "no"), ""
    if isinstance(value, (int, float)):
        return round(max(0.0, min(entry.maximum, float(value))), 4), ""
    return (str(value) if value else None), ""


def settled(
    opinions: Sequence[Mapping[str, Any]], entry: Indicator, scheme: EvaluationDefinition
) -> Any:
    """What the experts' values come to: the mean of points, the severest of words; None for none."""
    given = [o[entry.id] for o in opinions if o.get(entry.id) not in (None, "")]
    if not given:
        return None
    if scheme.mode == "points":
        return round(sum(float(v) for v in given) / len(given), 4)
    ranks = {code: rank for code, _, _, rank in scheme.choices} or {"none": 0, "yes": 1, "no": 2}
    return max(given, key=lambda value: ranks.get(value, 0))
