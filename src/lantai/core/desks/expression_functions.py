"""Functions 函数 of the expression language: numbers, texts, dates, working days; all bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lantai.core.calendar import add_working_days, working_days_between

MOST_DIGITS = 12
LONGEST_SPAN = 20 * 366  # days: a working-day count beyond twenty years is a mistake
MOST_VALUES = 20_000


def _values(given: tuple[Any, ...]) -> Iterator[Any]:
    """The values given one by one or as lists, one level deep."""
    for value in given:
        if isinstance(value, (list, tuple, set, frozenset)):
            yield from value
        else:
            yield value


def _numbers(given: tuple[Any, ...]) -> list[int | float]:
    """Only the numbers; empty cells are passed over, anything else is refused."""
    found: list[int | float] = []
    for value in _values(given):
        if value is None or value == "":
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError(f"{str(value)[:20]!r} 不是数 / is no number")
        found.append(value)
        if len(found) > MOST_VALUES:
            raise ValueError("数太多 / too many numbers")
    return found


def total(*given: Any) -> int | float:
    """Sum 求和; nothing given is 0."""
    return sum(_numbers(given))


def average(*given: Any) -> int | float | None:
    """Mean 平均; None when there is nothing."""
    found = _numbers(given)
    return sum(found) / len(found) if found else None


def count(*given: Any) -> int:
    """How many values are not empty."""
    return sum(value not in (None, "") for value in _values(given))


def rounded(value: Any, digits: Any = 0) -> int | float:
    """Half away from nought 四舍五入, as people count; -12 to 12 digits."""
    (number,) = _numbers((value,)) or [0]
    if not isinstance(digits, int) or abs(digits) > MOST_DIGITS:
        raise ValueError(f"小数位应在 -{MOST_DIGITS} 到 {MOST_DIGITS} 之间 / bad number of digits")
    step = Decimal(1).scaleb(-digits)
    result = (Decimal(repr(number)) / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    return int(result) if digits <= 0 else float(result)


def share(part: Any, whole: Any) -> float | None:
    """Part of the whole 占比 (0.25 is a quarter); None where the whole is 0: nothing to compare."""
    (above,), (below,) = _numbers((part,)) or [0], _numbers((whole,)) or [0]
    return above / below if below else None


def coalesce(*given: Any) -> Any:
    """The first value that is not empty."""
    return next((value for value in given if value not in (None, "")), None)


def to_date(value: Any) -> date:
    """A date from a date or from ISO text 2026-11-22."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def days(first: Any, last: Any) -> int:
    """Calendar days from the first to the last date."""
    return (to_date(last) - to_date(first)).days


def working_days(first: Any, last: Any) -> int:
    """Working days 工作日 after the first date up to the last."""
    if abs(days(first, last)) > LONGEST_SPAN:
        raise ValueError("两个日期相距太远 / the dates are too far apart")
    return working_days_between(to_date(first), to_date(last))


def add_days(day: Any, number: Any) -> date:
    """A date so many days later."""
    return to_date(day) + timedelta(int(number))


def add_workdays(day: Any, number: Any) -> date:
    """A date so many working days later, at most 5000."""
    return add_working_days(to_date(day), int(number))


def like(text: Any, pattern: Any) -> bool:
    """Does the text fit a pattern of ``*`` (anything) and ``?`` (one character)? In linear steps."""
    words, wanted = str(text), str(pattern)
    if len(wanted) > 200:
        raise ValueError("样式过长 / the pattern is too long")
    at = place = 0
    star, mark = -1, 0
    while at < len(words):
        if place < len(wanted) and wanted[place] == "*":
            star, mark, place = place, at, place + 1
        elif place < len(wanted) and wanted[place] in ("?", words[at]):
            at, place = at + 1, place + 1
        elif star >= 0:
            mark, place = mark + 1, star + 1
            at = mark
        else:
            return False
    return all(sign == "*" for sign in wanted[place:])


def _any_of(value: Any, *choices: Any) -> bool:
    return value in choices


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "len": len,
    "min": lambda *given: min(_values(given)),
    "max": lambda *given: max(_values(given)),
    "abs": abs,
    "sum": total,
    "avg": average,
    "count": count,
    "round": rounded,
    "share": share,
    "coalesce": coalesce,
    "If": lambda test, yes, no=None: yes if test else no,
    "empty": lambda value: value is None or value in ("", [], (), set(), frozenset()),
    "contains": lambda text, part: str(part) in str(text),
    "starts_with": lambda text, part: str(text).startswith(str(part)),
    "like": like,
    "any_of": _any_of,
    "date": to_date,
    "year": lambda day: to_date(day).year,
    "month": lambda day: to_date(day).month,
    "days": days,
    "working_days": working_days,
    "add_days": add_days,
    "add_working_days": add_workdays,
}
