"""A month 月历: what an address names, and its weeks with what falls on each day."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from lantai.foundation.desks.calendar.desk import Dated

MOST = 1_000  # dates of a month that are shown
IN_A_CELL = 5  # of a day; the rest are behind a link
FIRST_YEAR, LAST_YEAR = 1, 9998  # a month has one before it and one after it


def month_asked(request: HttpRequest) -> tuple[date, date]:
    """The first and the last day of the month that the address names; this month, when none."""
    try:
        first = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        first = localdate().replace(day=1)
    if not FIRST_YEAR < first.year < LAST_YEAR:
        first = localdate().replace(day=1)
    return first, first.replace(day=months.monthrange(first.year, first.month)[1])


def month_shown(request: HttpRequest, first: date, dates: Iterable[Dated]) -> dict[str, Any]:
    """What ``foundation/desks/month.html`` shows: weeks, the way to other months, one day whole."""
    by_day: dict[date, list[Dated]] = {}
    for count, one in enumerate(dates):
        if count == MOST:
            break
        by_day.setdefault(one.day, []).append(one)
    kept = {k: v for k, v in request.GET.items() if k not in ("month", "day") and v}
    last = first.replace(day=months.monthrange(first.year, first.month)[1])

    def address(month: date, **more: str) -> str:
        return "?" + urlencode({**kept, "month": f"{month:%Y-%m}", **more})

    chosen = request.GET.get("day", "")
    return {
        "month": first,
        "month_word": f"{first:%Y-%m}",
        "today": localdate(),
        "weekdays": [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")],
        "weeks": [
            [
                {
                    "day": day,
                    "inside": day.month == first.month,
                    "entries": by_day.get(day, [])[:IN_A_CELL],
                    "more": max(0, len(by_day.get(day, [])) - IN_A_CELL),
                    "url": address(first, day=f"{day}"),
                }
                for day in week
            ]
            for week in months.Calendar(0).monthdatescalendar(first.year, first.month)
        ],
        "previous": address(first - timedelta(days=1)),
        "next": address(last + timedelta(days=1)),
        "count": sum(map(len, by_day.values())),
        "day_chosen": chosen,
        "day_entries": next((rows for day, rows in by_day.items() if f"{day}" == chosen), []),
    }


def marked(dates: Iterable[Dated], desk: str) -> list[Dated]:
    """The dates with their desk's name on them."""
    return [replace(one, desk=desk) for one in dates]
