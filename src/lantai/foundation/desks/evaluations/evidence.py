"""Evidence 实测佐证: what the running system says of itself, shown beside an indicator.

One file on a floor's ``evidence`` shelf, one class. It proposes no score: the person reads it and
scores.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from lantai.core.registry import Shelf

FLOORS = ("foundation", "preservation")


@dataclass(frozen=True)
class Seen:
    """What was read: ``met`` is None where the system cannot tell."""

    met: bool | None
    zh: str
    en: str


class Evidence(ABC):
    """实测项: one thing that is read from the configuration or the live data."""

    id: str = ""
    zh: str = ""
    en: str = ""

    @abstractmethod
    def look(self, place: Any) -> Seen:
        """What stands now, of the body or of the installation it works in."""


@cache
def evidence_shelf() -> Shelf[Evidence]:
    """Every reader by id: ``<floor>/evidence/*.py``."""
    return Shelf(Evidence, *(f"lantai.{floor}.evidence" for floor in FLOORS))  # type: ignore[type-abstract]


def seen_by(ids: Iterable[str], place: Any) -> list[dict[str, Any]]:
    """What the named readers see now, as it is kept with an answer."""
    found = []
    for key in ids:
        reader = evidence_shelf().get(key)()
        seen = reader.look(place)
        found.append({"id": key, "met": seen.met, "zh": f"{reader.zh}：{seen.zh}",
                      "en": f"{reader.en}: {seen.en}"})  # fmt: skip
    return found
