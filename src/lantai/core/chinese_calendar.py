"""Eras and lunar days 年号与农历: Chinese years, months and days as days of the common calendar.

The eras lie in `dates_eras.toml`. Lunar months are those of tyme4py; its days before
15 October 1582 are Julian and are turned into proleptic Gregorian ones, as ISO 8601 asks.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from tyme4py.lunar import LunarDay, LunarMonth, LunarYear

_DATA = Path(__file__).with_name("dates_eras.toml")
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "元": 1}
_DIGITS |= {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")} | {"正": 1}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "廿": 20, "卅": 30, "卌": 40}
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"


@dataclass(frozen=True)
class Era:
    """One era 年号: ``first`` and ``last`` are the common years of its first and last year."""

    name: str
    dynasty: str
    first: int
    last: int
    lunar: bool = True  # its months and days are those of the lunar calendar
    open: bool = False  # years beyond the last are still counted by it


@cache
def _tables() -> tuple[dict[str, list[Era]], dict[str, tuple[str, str]]]:
    with _DATA.open("rb") as stream:
        data = tomllib.load(stream)
    eras: dict[str, list[Era]] = {}
    for dynasty in data["dynasty"]:
        for name, first, last in dynasty["eras"]:
            era = Era(
                name,
                dynasty["name"],
                first,
                last,
                dynasty.get("lunar", True),
                dynasty.get("open", False),
            )
            for word in (name, *(prefix + name for prefix in dynasty["prefixes"])):
                eras.setdefault(word, []).append(era)
    periods = {word: (row["edtf"], row["kind"]) for row in data["period"] for word in row["names"]}
    return eras, periods


def eras() -> dict[str, list[Era]]:
    """Eras by their name alone and with the dynasty before it; one name may be several."""
    return _tables()[0]


def periods() -> dict[str, str]:
    """Named periods 时期 (清代, 抗战时期) as EDTF."""
    return {word: edtf for word, (edtf, _) in _tables()[1].items()}


def number(text: str) -> int | None:
    """A Chinese or Arabic numeral up to 9999 (一九八四, 三十, 廿六, 26, 元); None if it is none."""
    if not text or len(text) > 8:
        return None
    if text.isascii():
        return int(text) if text.isdecimal() else None
    if all(c in _DIGITS or c.isdecimal() for c in text):
        return int("".join(str(_DIGITS.get(c, c)) for c in text))
    total, digit = 0, None
    for c in text:
        if c in ("廿", "卅", "卌"):
            total += _TENS[c]
        elif c in _TENS:
            total += (1 if digit is None else digit) * _TENS[c]
            digit = None
        elif c in _DIGITS or c.isdecimal():
            digit = int(str(_DIGITS.get(c, c))) + (10 * digit if digit and c.isdecimal() else 0)
        else:
            return None
    return total + (digit or 0)


def cycle_year(text: str, first: int, last: int) -> int | None:
    """The year of a 干支 name (甲午) between two years, or None."""
    if len(text) != 2 or text[0] not in STEMS or text[1] not in BRANCHES:
        return None
    for year in range(first, last + 1):
        if STEMS[(year - 4) % 10] == text[0] and BRANCHES[(year - 4) % 12] == text[1]:
            return year
    return None


def _day(year: int, month: int, day: int) -> date:
    julian = LunarDay.from_ymd(year, month, day).get_solar_day().get_julian_day().get_day()
    return date.fromordinal(int(julian + 0.5) - 1721425)


def lunar_day(year: int, month: int, day: int) -> date:
    """The day of a lunar date; a leap month is negative. ValueError if there is no such day."""
    return _day(year, month, day)


def lunar_month(year: int, month: int) -> tuple[date, date]:
    """First and last day of a lunar month; ValueError if the year has no such month."""
    count = LunarMonth.from_ym(year, month).get_day_count()
    return _day(year, month, 1), _day(year, month, count)


def lunar_year(year: int) -> tuple[date, date]:
    """First and last day of a lunar year."""
    leap = LunarYear.from_year(year).get_leap_month()
    last = -12 if leap == 12 else 12
    return _day(year, 1, 1), lunar_month(year, last)[1]
