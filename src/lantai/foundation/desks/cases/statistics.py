"""Statistics of a definition's cases 办件统计: how many where, how long, how late."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate

from lantai.core.calendar import working_days_between
from lantai.core.desks.cases import CaseDefinition
from lantai.foundation.desks.cases.models import Case, CaseStep

MOST = 5000  # cases whose durations are looked at: the latest


def statistics_of(rules: CaseDefinition, rows: QuerySet[Case]) -> dict[str, Any]:
    """Counts by state and by month, durations in working days, late and closed."""
    rows = rows.filter(definition=rules.id)
    cases = list(rows.order_by("-pk")[:MOST])
    today = localdate()
    states = Counter(case.state for case in cases)
    months = Counter(f"{localdate(case.opened_at):%Y-%m}" for case in cases)
    closed = [case for case in cases if case.closed_at]
    spans = [
        working_days_between(localdate(c.opened_at), localdate(c.closed_at))
        for c in closed
        if c.closed_at
    ]
    late = [c for c in cases if not c.closed_at and c.due_date and c.due_date < today]
    return {
        "total": len(cases),
        "open": len(cases) - len(closed),
        "closed": len(closed),
        "late": len(late),
        "median_days": median(spans) if spans else None,
        "by_state": [(s.id, s.label_zh, s.label_en, states.get(s.id, 0)) for s in rules.states],
        "by_month": sorted(months.items())[-24:],
        "by_step": _durations(rules, cases),
    }


def _durations(rules: CaseDefinition, cases: list[Case]) -> list[tuple[str, str, str, float]]:
    """(state, 中文, English, median working days) of the states that cases have left."""
    spent: dict[str, list[int]] = {}
    since = {case.pk: localdate(case.opened_at) for case in cases}
    for step in CaseStep.objects.filter(case__in=[c.pk for c in cases[:500]]).order_by("pk"):
        day = localdate(step.at)
        if step.to_state != step.from_state:
            spent.setdefault(step.from_state, []).append(
                working_days_between(since[step.case_id], day)
            )
            since[step.case_id] = day
    return [
        (s.id, s.label_zh, s.label_en, float(median(spent[s.id])))
        for s in rules.states
        if s.id in spent
    ]
