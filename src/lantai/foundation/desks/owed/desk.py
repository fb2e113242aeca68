"""OwingDesk 有期限的桌: what a desk says of what is owed there so that the clock can remind of it.

Each desk has one file ``owing.py`` with one subclass; the job of reminders knows no desk by name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cache

from lantai.core.registry import Shelf
from lantai.foundation.work import Act


class OwingDesk(ABC):
    """One desk whose steps have a day on which they are due."""

    id: str = ""

    @abstractmethod
    def remind(self, act: Act) -> int:
        """Remind once of what comes near and once of what is over; how many were reminded."""


_shelf: Shelf[OwingDesk] = Shelf(OwingDesk, "lantai.foundation.desks")  # type: ignore[type-abstract]


@cache
def owing_desks() -> tuple[OwingDesk, ...]:
    """Every desk, by id."""
    return tuple(desk() for _id, desk in sorted(_shelf.all().items()))
