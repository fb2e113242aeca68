"""Stages 场次: one file a stage of the play, in order of their number."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from functools import cache

from lantai.core.progress import Progress
from lantai.core.registry import Shelf


class Stage(ABC):
    """One stage of the play."""

    id: str = ""
    order: int = 0
    zh: str = ""
    en: str = ""

    @abstractmethod
    def play(self, progress: Progress) -> None:
        """Do it; pass over what is there already."""


@cache
def _shelf() -> Shelf[Stage]:
    return Shelf(Stage, "lantai.access.demonstration.stages")  # type: ignore[type-abstract]


def stages() -> list[type[Stage]]:
    """The stages in order; LANTAI_DEMO_STAGES names some (tests want a county without holdings)."""
    wanted = os.environ.get("LANTAI_DEMO_STAGES", "")
    chosen = {name for name in wanted.split(",") if name}
    every = sorted(_shelf().all().values(), key=lambda stage: stage.order)
    return [stage for stage in every if not chosen or stage.id in chosen]
