"""Standings 现状与变化: each body's indicators now, and beside what they were a month ago."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate

from lantai.foundation.institutions.models import Institution
from lantai.governance.cockpit.indicators import Indicator, Reading, readings
from lantai.governance.cockpit.models import BodyReadings

LIVE = 60  # bodies read at once from live data; more are taken as they were read last
BACK = timedelta(30)  # what "improving" is compared with
OLDEST = timedelta(400)
MONTHS = 12
RANK = {"red": 0, "yellow": 1, "green": 2}
Values = Mapping[str, Sequence[Any]]  # indicator → (value, flag)


@dataclass(frozen=True)
class Standing:
    """One indicator of one body: now, and as it was."""

    place: Institution
    reading: Reading
    was: Any = None
    was_flag: str = ""

    @property
    def change(self) -> str:
        """better, worse, or nothing: by the flag, then by the value."""
        now, then = RANK.get(self.reading.flag), RANK.get(self.was_flag)
        if now is None or then is None or (now == then and self.reading.value == self.was):
            return ""
        if now != then:
            return "better" if now > then else "worse"
        higher = self.reading.value > self.was
        return "better" if higher == (self.reading.indicator.own.better == "high") else "worse"


@dataclass(frozen=True)
class Standings:
    """All of them, and when they were read and compared with."""

    rows: tuple[Standing, ...]
    read_on: date | None  # None: live
    since: date | None  # the oldest day compared with

    def count(self, flag: str, keys: Iterable[int] | None = None) -> int:
        """How many stand at a flag, at those bodies."""
        wanted = None if keys is None else set(keys)
        return sum(
            row.reading.flag == flag and (wanted is None or row.place.pk in wanted)
            for row in self.rows
        )

    def changed(self, change: str, keys: Iterable[int] | None = None) -> int:
        """How many became better, or worse."""
        wanted = None if keys is None else set(keys)
        return sum(
            row.change == change and (wanted is None or row.place.pk in wanted) for row in self.rows
        )


def standings_of(bodies: Sequence[Institution], level: Mapping[str, Indicator]) -> Standings:
    """The indicators of these bodies beside those of a month ago (or of the first day kept).

    Both are flagged by the limits of ``level``: what changed is the figure, never the yardstick.
    """
    kept = _kept(bodies)
    today = localdate()
    then = {key: _at(days, today - BACK) or _first(days, today) for key, days in kept.items()}
    live = len(bodies) <= LIVE
    rows: list[Standing] = []
    for place in bodies:
        found = (
            readings(place, level) if live else _as_kept(_at(kept.get(place.pk, {}), today), level)
        )
        was = (then.get(place.pk) or (None, {}))[1]
        for reading in found:
            value, flag = was.get(reading.indicator.id, (None, ""))
            rows.append(
                Standing(place, reading, value, reading.indicator.own.flag(value) if flag else "")
            )
    since = min((day for day, _values in filter(None, then.values())), default=None)
    read_on = None if live else max((max(days) for days in kept.values() if days), default=None)
    return Standings(tuple(rows), read_on, since)


def over_the_months(
    bodies: Sequence[Institution], now: Standings, level: Mapping[str, Indicator]
) -> list[tuple[date, int, int]]:
    """(day, red, yellow) a month apart, from the first day kept to today."""
    kept, today = _kept(bodies), localdate()
    first = min((min(days) for days in kept.values() if days), default=today)
    told = []
    for months in range(MONTHS - 1, 0, -1):
        day = today - months * BACK
        if day < first:
            continue
        flags = Counter(
            level[key].own.flag(value)
            for days in kept.values()
            for key, (value, _flag) in ((_at(days, day) or (day, {}))[1]).items()
            if key in level
        )
        told.append((day, flags["red"], flags["yellow"]))
    return [*told, (today, now.count("red"), now.count("yellow"))]


def history_of(place: Institution, indicator: Indicator) -> list[tuple[date, Any]]:
    """The values of one figure on the days it changed."""
    rows = BodyReadings.objects.filter(institution=place).order_by("day")
    found: list[tuple[date, Any]] = []
    for day, values in rows.values_list("day", "values"):
        value = values.get(indicator.id, (None, ""))[0]
        if value is not None and (not found or found[-1][1] != value):
            found.append((day, value))
    return found


def _kept(bodies: Sequence[Institution]) -> dict[int, dict[date, Values]]:
    """body → day → values, days ascending."""
    found: dict[int, dict[date, Values]] = {place.pk: {} for place in bodies}
    rows = BodyReadings.objects.filter(day__gte=localdate() - OLDEST).order_by("day")
    if len(bodies) <= LIVE:
        rows = rows.filter(institution__in=list(found))
    for key, day, values in rows.values_list("institution", "day", "values"):
        if key in found:
            found[key][day] = values
    return found


def _at(days: Mapping[date, Values], day: date) -> tuple[date, Values] | None:
    """The last kept up to that day."""
    before = [one for one in days if one <= day]
    return (before[-1], days[before[-1]]) if before else None


def _first(days: Mapping[date, Values], today: date) -> tuple[date, Values] | None:
    """The first kept before today."""
    first = next(iter(days), today)
    return (first, days[first]) if first < today else None


def _as_kept(kept: tuple[date, Values] | None, level: Mapping[str, Indicator]) -> list[Reading]:
    return [
        Reading(level[key], value, level[key].own.flag(value), {})
        for key, (value, _flag) in (kept[1] if kept else {}).items()
        if key in level
    ]


@dataclass(frozen=True)
class Risk:
    """风险分 of a body: the points of its flags, and how many are red and yellow."""

    place: Institution
    points: int
    red: int
    yellow: int


def risks(now: Standings) -> list[Risk]:
    """The bodies with something red or yellow, the riskiest first."""
    found: dict[int, list[Reading]] = {}
    places = {row.place.pk: row.place for row in now.rows}
    for row in now.rows:
        found.setdefault(row.place.pk, []).append(row.reading)
    told = [
        Risk(places[key], sum(r.indicator.own.points(r.flag) for r in rows),
             sum(r.flag == "red" for r in rows), sum(r.flag == "yellow" for r in rows))
        for key, rows in found.items()
    ]  # fmt: skip
    return sorted((r for r in told if r.points), key=lambda r: (-r.points, r.place.code))
