"""What a return definition 报表定义 is made of: tables, indicators, logic checks, roll-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lantai.core.desks.expressions import FUNCTIONS

NUMBER_TYPES = ("integer", "number")
INDICATOR_TYPES = (*NUMBER_TYPES, "text", "choice")
ROLL_UPS = ("sum", "max", "min", "mean", "none")
SEVERITIES = ("error", "warning")
LAST = "last_"  # before a code: the figure of the period before


def half_up(value: float, places: float = 0) -> float:
    """四舍五入: half away from zero, as accounts are rounded."""
    factor = 10 ** int(places)
    shifted = abs(value) * factor + 0.5 + 1e-9
    return (shifted // 1) / factor * (1 if value >= 0 else -1)


CHECK_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **FUNCTIONS,
    "sum": lambda *values: sum(values),
    "half_up": half_up,
}


@dataclass(frozen=True)
class Indicator:
    """An indicator 指标: one cell of a form. A ``formula`` is worked out, never filled in."""

    code: str
    label_zh: str
    label_en: str
    type: str = "integer"
    unit: str = ""
    required: bool = False
    minimum: float | None = 0
    maximum: float | None = None
    formula: str = ""
    rollup: str = "sum"
    choices: tuple[tuple[str, str], ...] = ()  # (中文, English)
    help_zh: str = ""
    help_en: str = ""
    verified: bool = True

    @property
    def is_number(self) -> bool:
        """Is it a figure?"""
        return self.type in NUMBER_TYPES


@dataclass(frozen=True)
class Table:
    """A table 表: indicators in rows, or a grid of rows by columns."""

    id: str
    label_zh: str
    label_en: str
    note_zh: str = ""
    note_en: str = ""
    rows: tuple[tuple[str, str, str], ...] = ()  # code, 中文, English
    columns: tuple[tuple[str, str, str, str], ...] = ()  # code, 中文, English, unit
    indicators: tuple[Indicator, ...] = ()

    @property
    def is_grid(self) -> bool:
        """Rows by columns?"""
        return bool(self.columns)


@dataclass(frozen=True)
class Check:
    """A logic check 逻辑审核: what must be true of the figures, and the words when it is not."""

    id: str
    rule: str
    message_zh: str
    message_en: str
    severity: str = "error"


@dataclass(frozen=True)
class Goal:
    """A goal 目标 of one indicator: a ``figure``, so many ``times`` the first year, or as another
    indicator says (``by``); ``years`` after the first year it is to be reached (0: no date)."""

    id: str
    indicator: str
    label_zh: str
    label_en: str
    figure: float = 0.0
    times: float = 0.0
    by: str = ""
    years: int = 0


@dataclass(frozen=True)
class ReturnDefinition:
    """A return 报表: what is asked of whom, how it is checked and how it adds up."""

    id: str
    version: str
    label_zh: str
    label_en: str
    respondents: tuple[str, ...]
    tables: tuple[Table, ...]
    checks: tuple[Check, ...] = ()
    goals: tuple[Goal, ...] = ()
    note_zh: str = ""
    note_en: str = ""
    anomaly_ratio: float = 0.0  # 0: changes from last period are not looked at
    anomaly_floor: float = 0.0  # smaller changes than this are never odd
    covers: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    source: str = ""
    verified: bool = True
    path: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every indicator in the order of the tables."""
        return tuple(one for table in self.tables for one in table.indicators)

    @cached_property
    def by_code(self) -> Mapping[str, Indicator]:
        """Every indicator by code."""
        return {one.code: one for one in self.indicators}

    @cached_property
    def numbers(self) -> tuple[Indicator, ...]:
        """The indicators that are figures: the order of a form's packed cells."""
        return tuple(one for one in self.indicators if one.is_number)

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Where a figure stands among the packed cells."""
        return {one.code: n for n, one in enumerate(self.numbers)}
