"""Years 历年: one indicator over the rounds of a return, its goals and when they will be reached."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from lantai.core.desks.return_outlook import FARTHEST, Outlook, outlook
from lantai.core.desks.return_totals import shown_total
from lantai.foundation.desks.returns import presenting
from lantai.foundation.desks.returns.definitions import definition_of
from lantai.foundation.desks.returns.models import ReturnRound
from lantai.foundation.desks.returns.totals import total_of
from lantai.foundation.refusal import localised

MOST_YEARS = 12


def year_before(row: ReturnRound, place: Any) -> dict[str, Any]:
    """The figures of the round before; none where this is the first."""
    rounds = _rounds_of(row)
    if len(rounds) < 2:
        return {}
    return shown_total(definition_of(rounds[-2]), total_of(rounds[-2], place))


def over_the_years(row: ReturnRound, place: Any, chosen: Any) -> dict[str, Any]:
    """The line of an indicator over the years, its goals beside it, each goal in words."""
    rounds = _rounds_of(row)
    if len(rounds) < 2:
        return {}
    totals = [shown_total(definition_of(r), total_of(r, place)) for r in rounds]
    values = [total.get(chosen.code) for total in totals]
    goals = [one for one in definition_of(row).goals if one.indicator == chosen.code]
    points = [
        (int(r.period), float(value))
        for r, value in zip(rounds, values, strict=True)
        if value is not None and r.period.isdecimal() and len(r.period) == 4
    ]
    seen = [found for goal in goals if (found := outlook(goal, points, totals[-1]))]
    return {
        "year_chart": _chart([r.period for r in rounds], values, presenting.label(chosen), seen),
        "year_rows": [
            {"period": r.period, "value": "" if v is None else v}
            for r, v in zip(rounds, values, strict=True)
        ],
        "goals": [{"label": presenting.label(one.goal), "words": _told(one)} for one in seen],
    }


def _rounds_of(row: ReturnRound) -> list[ReturnRound]:
    same = ReturnRound.objects.filter(definition=row.definition, owner=row.owner)
    return list(same.filter(period__lte=row.period).order_by("-period")[:MOST_YEARS])[::-1]


def _chart(
    periods: list[str], values: list[Any], label: str, seen: list[Outlook]
) -> dict[str, Any]:
    farthest = max((year for one in seen for year in one.years), default=0)
    ahead = [str(year) for year in range(int(periods[-1]) + 1, farthest + 1)] if seen else []
    shown = [*periods, *ahead]
    series = [{"type": "line", "name": label, "data": [*values, *([None] * len(ahead))]}]
    for one in seen:
        by_year = dict(zip(map(str, one.years), one.needed, strict=True))
        series.append(_dashed(presenting.label(one.goal), [by_year.get(p) for p in shown]))
    if seen and ahead:
        by_year = dict(zip(map(str, seen[0].years), seen[0].expected, strict=True))
        for one in seen[1:]:
            by_year |= dict(zip(map(str, one.years), one.expected, strict=True))
        series.append(_dashed(_("按近年速度"), [by_year.get(p) for p in shown], "dotted"))
    return {
        "xAxis": {"type": "category", "data": shown},
        "yAxis": {"type": "value"},
        "legend": {"show": len(series) > 1, "type": "scroll"},
        "series": series,
    }


def _dashed(name: str, data: list[Any], kind: str = "dashed") -> dict[str, Any]:
    return {
        "type": "line",
        "name": name,
        "data": data,
        "symbol": "none",
        "lineStyle": {"type": kind},
    }


def _told(one: Outlook) -> str:
    """A goal in words: how much, by when, and when it will be reached."""
    target = f"{one.target:,.0f}" if one.target >= 100 else f"{one.target:g}"
    words = (
        _("目标 {target}，应在 {due} 年达到").format(target=target, due=one.due)
        if one.due
        else _("目标 {target}").format(target=target)
    )
    if one.reached is None:
        told = _("按近年速度，{years} 年内达不到").format(years=FARTHEST)
    elif one.reached <= _last(one):
        told = _("已在 {year} 年达到").format(year=one.reached)
    else:
        told = _("按近年速度，预计 {year} 年达到").format(year=one.reached)
    return localised("；", "; ").join((words, told))


def _last(one: Outlook) -> int:
    """The last year there are figures of."""
    return next(y for y, v in zip(one.years, one.expected, strict=True) if v is not None)
