"""Working days 工作日 by the State Council's yearly arrangements of public holidays.

One TOML file a year in this folder, with the number of the notice. For a year without a file
only Saturdays and Sundays are free, and `Reckoning.official` is False.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from lantai.core.registry import DataShelf

FOLDER = Path(__file__).parent
MOST_DAYS = 5000  # a clock longer than twenty years is a mistake


@dataclass(frozen=True)
class Holiday:
    """One public holiday 节日 with its free days and the weekend days worked for it."""

    name_zh: str
    name_en: str
    days_off: tuple[date, ...]
    working: tuple[date, ...] = ()


@dataclass(frozen=True)
class YearArrangement:
    """The arrangement of a year 放假安排 and the notice it is from."""

    year: int
    notice: str
    verified: bool
    holidays: tuple[Holiday, ...]

    @property
    def days_off(self) -> frozenset[date]:
        """All days made free."""
        return frozenset(day for holiday in self.holidays for day in holiday.days_off)

    @property
    def working(self) -> frozenset[date]:
        """All weekend days made working days."""
        return frozenset(day for holiday in self.holidays for day in holiday.working)


@dataclass(frozen=True)
class Reckoning:
    """A due date with ``official``: whether every year it crossed has an arrangement on file."""

    due: date
    official: bool


def _between(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(offset)


def _load(path: Path, data: dict[str, Any]) -> YearArrangement:
    return YearArrangement(
        year=int(data["year"]),
        notice=str(data["notice"]),
        verified=bool(data.get("verified", False)),
        holidays=tuple(
            Holiday(
                row["zh"],
                row["en"],
                tuple(_between(row["first"], row["last"])),
                tuple(row.get("working", ())),
            )
            for row in data["holiday"]
        ),
    )


_SHELF: DataShelf[YearArrangement] = DataShelf(_load, FOLDER)


def arrangements() -> DataShelf[YearArrangement]:
    """The shelf of years; an installation adds its folder for a new year."""
    return _SHELF


def is_official(year: int) -> bool:
    """Whether the year's arrangement is on file."""
    return str(year) in _SHELF.all()


def is_working_day(day: date) -> bool:
    """Whether offices work that day."""
    found = _SHELF.all()
    # The holiday of 1 January may begin in the December before, so the next year counts too.
    for arrangement in (found.get(str(day.year)), found.get(str(day.year + 1))):
        if arrangement and day in arrangement.working:
            return True
        if arrangement and day in arrangement.days_off:
            return False
    return day.weekday() < 5


def holiday_name(day: date, language: str = "zh") -> str:
    """The holiday the day is free for, or an empty text."""
    for arrangement in _SHELF.all().values():
        for holiday in arrangement.holidays:
            if day in holiday.days_off:
                return holiday.name_en if language.startswith("en") else holiday.name_zh
    return ""


def reckon(day: date, count: int) -> Reckoning:
    """The day ``count`` working days after (before, if negative), the first day not counted.

    Nought working days after a free day is the next working day. ValueError beyond 5000 days.
    """
    if abs(count) > MOST_DAYS:
        raise ValueError(f"工作日数过大 / too many working days: {count}")
    step = timedelta(1 if count >= 0 else -1)
    due, left = day, abs(count)
    while left:
        due += step
        left -= is_working_day(due)
    while not is_working_day(due):
        due += step
    years = range(min(day, due).year, max(day, due).year + 1)
    return Reckoning(due, all(is_official(year) for year in years))


def add_working_days(day: date, count: int) -> date:
    """The due date alone; see `reckon`."""
    return reckon(day, count).due


def working_days_between(first: date, last: date) -> int:
    """Working days after ``first`` up to and including ``last``; negative the other way."""
    if last < first:
        return -working_days_between(last, first)
    return sum(is_working_day(day) for day in _between(first + timedelta(1), last))
