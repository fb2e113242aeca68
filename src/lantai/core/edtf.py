"""EDTF 扩展日期时间格式 (ISO 8601-2:2019): the days a date text covers."""

from __future__ import annotations

import calendar
import re
from datetime import date

_SINGLE = re.compile(
    r"(?P<year>-?[\dX]{4})(?:-(?P<month>[\dX]{2})(?:-(?P<day>[\dX]{2}))?)?(?P<mark>[?~%]?)"
)
# ISO 8601-2 table: 21-24 seasons, 33-36 quarters, 40-41 semestrals → first month, months
_SPANS = {"21": (3, 3), "22": (6, 3), "23": (9, 3), "24": (12, 3), "33": (1, 3), "34": (4, 3),
          "35": (7, 3), "36": (10, 3), "40": (1, 6), "41": (7, 6)}  # fmt: skip


class NotEdtf(ValueError):
    """The text is no EDTF date this system writes (levels 0 to 2, without sets)."""


def edtf_bounds(text: str) -> tuple[date | None, date | None]:
    """(earliest, latest) day of an EDTF date or interval; None where open, unknown or BCE."""
    if "/" in text:
        first, _, last = text.partition("/")
        earliest = None if first in ("", "..") else _single(first)[0]
        latest = None if last in ("", "..") else _single(last)[1]
        if earliest and latest and earliest > latest:
            raise NotEdtf(text)
        return earliest, latest
    return _single(text)


def _single(text: str) -> tuple[date | None, date | None]:
    match = _SINGLE.fullmatch(text)
    if match is None:
        raise NotEdtf(text)
    year, month, day = match["year"], match["month"], match["day"]
    if year in ("XXXX", "-XXXX"):
        return None, None
    if month in _SPANS and day is None:
        return _span(year, month)
    try:
        return _low(year, month, day), _high(year, month, day)
    except (ValueError, OverflowError):
        raise NotEdtf(text) from None


def _span(year: str, code: str) -> tuple[date | None, date | None]:
    if not year.isdecimal() or int(year) < 1 or int(year) > 9998:
        return None, None
    first, months = _SPANS[code]
    last = first + months - 1
    end_year, end_month = int(year) + (last > 12), (last - 1) % 12 + 1
    end = date(end_year, end_month, calendar.monthrange(end_year, end_month)[1])
    return date(int(year), first, 1), end


def _low(year: str, month: str | None, day: str | None) -> date | None:
    number = int(year.replace("X", "0"))
    if number < 1:
        return date(1, 1, 1) if number == 0 and "X" in year else None
    low_month = _digits(month, "01", 1)
    return date(number, low_month, _digits(day, "01", 1))


def _high(year: str, month: str | None, day: str | None) -> date | None:
    number = int(year.replace("X", "9"))
    if number < 1:
        return None
    high_month = _digits(month, "12", 12)
    last_day = calendar.monthrange(number, high_month)[1]
    return date(number, high_month, _digits(day, str(last_day), last_day))


def _digits(part: str | None, unknown: str, most: int) -> int:
    """A month or day, ``X`` taken as the low or high end that makes sense."""
    if part is None or part == "XX":
        return int(unknown)
    if "X" not in part:
        return int(part)
    fill = "0" if most == 1 else "9"
    value = int(part.replace("X", fill))
    return max(1, value) if most == 1 else min(value, most)
