"""Figures 统计数: counts that lead to their rows, and the chart of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from lantai.foundation.desks.measures import measure


@dataclass(frozen=True)
class Figures:
    """One statistic worked out: (label, figure, what to filter by) in the order they are shown."""

    label: str
    unit: str
    chart: str
    by: str
    rows: list[tuple[str, float, str]]
    fixed: Mapping[str, str] = field(default_factory=dict)  # filters that every row has besides

    @property
    def option(self) -> dict[str, Any]:
        """The chart of it."""
        names, figures = [row[0] for row in self.rows], [row[1] for row in self.rows]
        if self.chart == "pie":
            data = [{"name": n, "value": v} for n, v in zip(names, figures, strict=True)]
            return {
                "tooltip": {"trigger": "item"},
                "series": [{"type": "pie", "radius": ["35%", "65%"], "data": data}],
            }
        return {
            "xAxis": {"type": "category", "data": names},
            "yAxis": {"type": "value"},
            "series": [{"type": self.chart, "name": self.label, "data": figures}],
        }


def panels(figures: Iterable[Figures], place: str) -> list[dict[str, Any]]:
    """Each statistic for ``foundation/desks/figures.html``; ``place`` is the list the rows are in."""
    return [
        {
            "id": f"figure-{number}",
            "label": one.label,
            "unit": measure(one.unit),
            "option": one.option,
            "rows": [
                {"name": name, "value": value,
                 "url": f"{place}?{urlencode({**one.fixed, one.by: wanted})}"}
                for name, value, wanted in one.rows
            ],
        }
        for number, one in enumerate(figures)
    ]  # fmt: skip
