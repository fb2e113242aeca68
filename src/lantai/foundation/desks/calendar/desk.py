"""DatedDesk 有日期的桌: what a desk says of its dates so that they stand in the calendar.

Each desk has one file ``dated.py`` with one subclass; the calendar knows no desk by name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from lantai.core.registry import Shelf
from lantai.foundation.refusal import localised


@dataclass(frozen=True)
class Dated:
    """Something that falls on a day: what it is, where it is dealt with, whether it is overdue."""

    day: date
    label: str
    url: str
    kind: str = ""  # what kind of date: due, begins; in the reader's language
    late: bool = False
    desk: str = ""


class DatedDesk(ABC):
    """One desk: whose dates a reader may see, and which of them are overdue."""

    id: str = ""
    permission: str = ""  # asked before anything of the desk is shown
    zh: str = ""
    en: str = ""
    order: int = 0

    @property
    def label(self) -> str:
        """In the reader's language."""
        return localised(self.zh, self.en)

    @abstractmethod
    def between(self, actor: Any, first: date, last: date) -> Iterator[Dated]:
        """What falls on these days of what the reader may open, by the rule of the desk's lists."""

    def overdue(self, actor: Any, today: date) -> Iterator[Dated]:
        """What should have been done before today and is not; by day, the oldest first."""
        return iter(())


_shelf: Shelf[DatedDesk] = Shelf(DatedDesk, "lantai.foundation.desks")  # type: ignore[type-abstract]


@cache
def dated_desks() -> dict[str, DatedDesk]:
    """Every desk by id, in the order they are shown."""
    made = [desk() for desk in _shelf.all().values()]
    return {desk.id: desk for desk in sorted(made, key=lambda one: one.order)}
