"""Outlook 预测: a goal as a line through the years, and when the present pace reaches it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lantai.core.desks.return_definition import Goal

RECENT = 5  # years that make the pace
FARTHEST = 30  # years ahead; what is reached later is not foretold


@dataclass(frozen=True)
class Outlook:
    """A goal seen from the figures of the years.

    ``needed`` is the way to the goal by year, ``expected`` the pace carried on from the last year;
    ``reached`` is the year in which that pace reaches it, None when it does not within
    `FARTHEST` years.
    """

    goal: Goal
    target: float
    due: int | None
    pace: float
    reached: int | None
    years: tuple[int, ...]
    needed: tuple[float | None, ...]
    expected: tuple[float | None, ...]


def outlook(
    goal: Goal, points: Sequence[tuple[int, float]], latest: Mapping[str, float]
) -> Outlook | None:
    """The outlook from (year, figure) pairs in order; None with fewer than two, or with no goal.

    ``latest`` are the last year's figures by code, for a goal that another indicator gives.
    """
    if len(points) < 2:
        return None
    (first, base), (last, now) = points[0], points[-1]
    target = _target(goal, base, latest)
    if not target:
        return None
    pace = _pace(points[-RECENT:])
    ahead = 0 if now >= target else _years_to(target - now, pace)
    reached = None if ahead is None else last + ahead
    if now >= target:
        reached = next(year for year, value in points if value >= target)
    due = first + goal.years if goal.years else None
    end = max(last, *(year for year in (due, reached) if year is not None), last)
    years = tuple(range(first, min(end, last + FARTHEST) + 1))
    needed = tuple(_needed(year, first, base, due, target) for year in years)
    expected = tuple(
        round(now + pace * (year - last), 4) if year >= last else None for year in years
    )
    return Outlook(goal, target, due, pace, reached, years, needed, expected)


def _target(goal: Goal, base: float, latest: Mapping[str, float]) -> float:
    if goal.by:
        return float(latest.get(goal.by, 0))
    return float(goal.figure or base * goal.times)


def _pace(points: Sequence[tuple[int, float]]) -> float:
    """What is added a year, by least squares."""
    years = sum(year for year, _ in points) / len(points)
    values = sum(value for _, value in points) / len(points)
    spread = sum((year - years) ** 2 for year, _ in points)
    moved = sum((year - years) * (value - values) for year, value in points)
    return moved / spread if spread else 0.0


def _years_to(missing: float, pace: float) -> int | None:
    if pace <= 0 or missing > pace * FARTHEST:
        return None
    return int(-(-missing // pace))


def _needed(year: int, first: int, base: float, due: int | None, target: float) -> float | None:
    if due is None or year >= due:
        return target
    return round(base + (target - base) * (year - first) / (due - first), 4)
