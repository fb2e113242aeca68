"""Begin the demonstration: found the county at once, put the long work in the queue."""

from __future__ import annotations

from lantai.access.demonstration.founding import found_county, founded, institution
from lantai.foundation.jobs.queue import enqueue


def begin_demo() -> list[tuple[str, str, str]]:
    """(username, password, who) of each account, told once; empty when the county is there."""
    if founded():
        _fill()
        return []
    accounts = found_county()
    _fill()
    return [(a.username, a.password, a.who) for a in accounts]


def _fill() -> None:
    enqueue(
        "demonstration.fill",
        title="布置示范档案馆 / setting up the demonstration",
        key="demonstration.fill",
        institution=institution("archives"),
        priority=1,
    )
