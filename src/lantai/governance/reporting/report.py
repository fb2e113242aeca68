"""What a report 报表 is: one file on a floor's ``reports`` shelf, one class that yields rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from lantai.core.registry import Shelf


class Report(ABC):
    """A table about live data. ``columns`` are (key, 中文, English); rows are cell sequences."""

    id: str = ""
    zh: str = ""
    en: str = ""
    permission: str = "reports.see"
    columns: Sequence[tuple[str, str, str]] = ()
    chart: str = ""  # "" or "bar": the first column against the second

    @abstractmethod
    def rows(self, actor: Any) -> Iterator[Sequence[Any]]:
        """The rows this person may have."""


@cache
def reports() -> Shelf[Report]:
    """Every report by id: ``<floor>/reports/*.py``."""
    floors = ("governance", "catalogue", "preservation", "resources", "access")
    return Shelf(Report, *(f"lantai.{floor}.reports" for floor in floors), group="lantai.reports")  # type: ignore[type-abstract]
