"""Indicators 监管指标: data files with a formula over live facts, two limits and a weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from lantai.core.desks.expressions import ExpressionError, compile_expression, evaluate
from lantai.core.desks.limits import Limits, read_limits
from lantai.core.registry import DataShelf
from lantai.foundation.desks.evaluations.definitions import facts_about
from lantai.foundation.desks.measures import measure
from lantai.foundation.refusal import localised

_ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("governance", "catalogue", "preservation", "resources", "access")


@dataclass(frozen=True)
class Indicator:
    """One indicator 监管指标: a formula over live facts, and limits that a level may adapt.

    A figure of the map has no formula of its own: ``formula_zh`` says what it counts.
    """

    id: str
    label_zh: str
    label_en: str
    limits: tuple[Limits, ...]
    formula: str = ""
    formula_zh: str = ""
    formula_en: str = ""
    kinds: tuple[str, ...] = ("unit", "archives")
    unit: str = ""
    source: str = ""
    theme: str = ""  # quality 数据质量: shown together
    version: str = "2026-11"  # of the files; a level's own has a number of its own

    @property
    def own(self) -> Limits:
        """The limits in force."""
        return self.limits[0]

    @property
    def label(self) -> str:
        """In the reader's language."""
        return localised(self.label_zh, self.label_en)

    @property
    def told(self) -> str:
        """How it is worked out."""
        return self.formula or localised(self.formula_zh, self.formula_en)


@dataclass(frozen=True)
class Reading:
    """An indicator of a body now: its value, its flag, the facts it was worked out from."""

    indicator: Indicator
    value: Any
    flag: str
    facts: dict[str, Any]


LIMITS = ("yellow", "red", "better", "weight", "target", "order_zh", "order_en")


def _load(path: Path, data: dict[str, Any]) -> Indicator:
    own = {key: value for key, value in data.items() if key not in (*LIMITS, "kinds")}
    made = Indicator(
        **own, id=path.stem, kinds=tuple(data.get("kinds", ("unit", "archives"))),
        limits=(read_limits(data),),
    )  # fmt: skip
    if made.formula:
        compile_expression(made.formula)
    return made


@cache
def indicators() -> DataShelf[Indicator]:
    """Every indicator: ``<floor>/indicators/*.toml``."""
    return DataShelf(_load, *(_ROOT / floor / "indicators" for floor in FLOORS))


@cache
def map_figures() -> DataShelf[Indicator]:
    """The figures that colour the tiles of the maps."""
    return DataShelf(_load, Path(__file__).with_name("figures"))


def read(indicator: Indicator, place: Any) -> Reading:
    """Work it out from live data; with nothing to count there is no flag."""
    facts = facts_about(place, sorted(compile_expression(indicator.formula).names))
    try:
        value = evaluate(indicator.formula, facts)
    except ExpressionError:
        value = None
    return Reading(indicator, value, indicator.own.flag(value), facts)


def readings(place: Any, level: Mapping[str, Indicator] | None = None) -> list[Reading]:
    """Every indicator of the body's kind, flagged by the limits of a level (the files' if none)."""
    known = indicators().all() if level is None else level
    return [read(known[key], place) for key in indicators().all() if place.kind in known[key].kinds]


def shown(reading: Reading) -> str:
    """The value as it is read."""
    return "—" if reading.value is None else written(reading.indicator, reading.value)


def written(indicator: Indicator, value: Any) -> str:
    """A value of the indicator, with its unit."""
    if indicator.unit == "%":
        return f"{value:.1%}"
    words = measure(indicator.unit)
    return f"{value:g}{words}" if words == indicator.unit else f"{value:g} {words}"


def limit_words(indicator: Indicator, name: str) -> str:
    """A limit as it is read: below 80 %, above 3."""
    limit = written(indicator, getattr(indicator.own, name))
    if indicator.own.better == "high":
        return _("低于 {limit}").format(limit=limit)
    return _("高于 {limit}").format(limit=limit)
