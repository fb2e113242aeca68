"""Indicators 监管指标: data files with a formula over live facts and two limits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lantai.core.desks.expressions import ExpressionError, compile_expression, evaluate
from lantai.core.registry import DataShelf
from lantai.foundation.desks.evaluations.definitions import facts_about
from lantai.foundation.refusal import localised

_ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("governance", "catalogue", "preservation", "resources", "access")
FLAGS = ("red", "yellow", "none", "green")


@dataclass(frozen=True)
class Indicator:
    """One indicator: ``red`` and ``yellow`` are expressions over ``value``; red is asked first."""

    id: str
    zh: str
    en: str
    formula: str
    yellow: str
    red: str
    kinds: tuple[str, ...] = ("unit", "archives")
    unit: str = ""
    target: str = ""
    source: str = ""
    order_zh: str = ""  # what is demanded when it is red
    better: str = "high"  # or low: which way is improving


@dataclass(frozen=True)
class Reading:
    """An indicator of a body now: its value, its flag, the facts it was worked out from."""

    indicator: Indicator
    value: Any
    flag: str
    facts: dict[str, Any]


def _load(path: Path, data: dict[str, Any]) -> Indicator:
    made = Indicator(
        **{**data, "id": path.stem, "kinds": tuple(data.get("kinds", ("unit", "archives")))}
    )
    for source in (made.formula, made.yellow, made.red):
        compile_expression(source)
    return made


@cache
def indicators() -> DataShelf[Indicator]:
    """Every indicator: ``<floor>/indicators/*.toml``."""
    return DataShelf(_load, *(_ROOT / floor / "indicators" for floor in FLOORS))


def read(indicator: Indicator, place: Any) -> Reading:
    """Work it out from live data; with nothing to count there is no flag."""
    facts = facts_about(place, sorted(compile_expression(indicator.formula).names))
    try:
        value = evaluate(indicator.formula, facts)
    except ExpressionError:
        value = None
    if value is None:
        return Reading(indicator, None, "none", facts)
    for flag in ("red", "yellow"):
        if evaluate(getattr(indicator, flag), {"value": value}):
            return Reading(indicator, value, flag, facts)
    return Reading(indicator, value, "green", facts)


def readings(place: Any) -> list[Reading]:
    """Every indicator of the body's kind."""
    return [read(i, place) for i in indicators().all().values() if place.kind in i.kinds]


def shown(reading: Reading) -> str:
    """The value as it is read."""
    if reading.value is None:
        return "—"
    if reading.indicator.unit == "%":
        return f"{reading.value:.1%}"
    return f"{reading.value:g}{localised(reading.indicator.unit, '')}"  # 件, 批: no English word
