"""Statistics of a round 评价统计: where the bodies stand, their grades, how their scores spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lantai.core.desks.evaluation_definition import EvaluationDefinition
from lantai.foundation.desks.evaluations.models import Assessment
from lantai.foundation.desks.evaluations.presenting import STATES, grade_label, state_label
from lantai.foundation.desks.evaluations.queries import self_score
from lantai.foundation.desks.figures import Figures

STEP = 10  # per cent of the full score in a bar
BEHIND_BARS = ("score", "self", "under")  # filters that only a figure leads to


def narrowed(
    rows: QuerySet[Assessment], scheme: EvaluationDefinition, given: Mapping[str, str]
) -> list[Assessment]:
    """The assessments of a round that fit what an address says; strange words fit none."""
    if given.get("state"):
        rows = rows.filter(state=given["state"])
    if given.get("grade"):
        rows = rows.filter(grade=given["grade"])
    if given.get("under"):
        rows = rows.filter(subject__parent__code=given["under"])
    found: Iterable[Assessment] = rows
    if given.get("score"):
        found = [r for r in found if _bar(settled_share(r, scheme)) == given["score"]]
    if given.get("self"):
        found = [r for r in found if _bar(claimed_share(r, scheme)) == given["self"]]
    return list(found)


def statistics_of(rows: Iterable[Assessment], scheme: EvaluationDefinition) -> list[Figures]:
    """By state, by grade, by what lies above, and the spread of what was claimed and settled."""
    rows = list(rows)
    states = Counter(row.state for row in rows)
    sample = {row.state: row for row in rows}
    by_state = [(state_label(sample[s]), float(states[s]), s) for s in STATES if states[s]]
    graded = {row.grade: row for row in rows if row.grade}
    grades = Counter(row.grade for row in rows if row.grade)
    order = [grade.id for grade in scheme.grades if grade.id in graded]
    by_grade = [(grade_label(graded[g], scheme), float(grades[g]), g) for g in order]
    found = [
        Figures(_("各状态单位数"), "个", "pie", "state", by_state),
        Figures(_("各等次单位数"), "个", "bar", "grade", by_grade),
    ]
    if scheme.mode != "conclusion":
        settled = [settled_share(row, scheme) for row in rows]
        claimed = [claimed_share(row, scheme) for row in rows]
        found += [
            Figures(_("评定得分率分布"), "个", "bar", "score", _spread(settled)),
            Figures(_("自评得分率分布"), "个", "bar", "self", _spread(claimed)),
        ]
    return [*found, Figures(_("各上级机构所辖单位数"), "个", "bar", "under", _above(rows))]


def settled_share(row: Assessment, scheme: EvaluationDefinition) -> float | None:
    """What was settled of what could be reached, in per cent."""
    if row.total is None:
        return None
    if scheme.mode == "verdict":
        return row.total * 100
    return row.total / scheme.full * 100 if scheme.full else None


def claimed_share(row: Assessment, scheme: EvaluationDefinition) -> float | None:
    """What the body claims of what could be reached, in per cent."""
    told = self_score(row, scheme)
    if scheme.mode == "verdict":
        return told.share * 100 if told.share is not None else None
    if told.total is None or not scheme.full:
        return None
    return told.total / scheme.full * 100


def _bar(share: float | None) -> str:
    """The bar a share stands in: 80-90; the full score stands in the last."""
    if share is None:
        return ""
    low = min(100 - STEP, max(0, int(share + 1e-9) // STEP * STEP))
    return f"{low}-{low + STEP}"


def _spread(shares: Iterable[float | None]) -> list[tuple[str, float, str]]:
    found = Counter(_bar(share) for share in shares if share is not None)
    if not found:
        return []
    bars = [f"{low}-{low + STEP}" for low in range(0, 100, STEP)]
    first = next(n for n, bar in enumerate(bars) if found[bar])
    return [(f"{bar}%", float(found[bar]), bar) for bar in bars[first:]]


def _above(rows: list[Assessment]) -> list[tuple[str, float, str]]:
    above: dict[str, Any] = {
        row.subject.parent.code: row.subject.parent for row in rows if row.subject.parent
    }
    counts = Counter(row.subject.parent.code for row in rows if row.subject.parent)
    return [(above[code].name, float(n), code) for code, n in counts.most_common(40)]
