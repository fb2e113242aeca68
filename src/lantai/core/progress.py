"""Progress 进度: the plain callable that long work reports to, so that the core knows no queue."""

from __future__ import annotations

from typing import Protocol


class Stopped(Exception):
    """The person asked the work to stop; raised at a safe boundary only."""


class Progress(Protocol):
    """Told how far work has come: ``done`` of ``total`` units (0 = unknown), and a short note.

    May raise `Stopped`: the caller must be at a point where nothing is half done.
    """

    def __call__(self, done: int, total: int, note: str = "") -> None: ...


def silent(done: int, total: int, note: str = "") -> None:
    """The progress nobody watches."""
