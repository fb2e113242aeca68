"""Beginnings 由此办件: which registers have lines that a matter may be begun from.

The registers do not know the cases; the cases say here which registers they write in.
"""

from __future__ import annotations

from collections.abc import Callable

_sources: list[Callable[[], set[str]]] = []


def begun_by(source: Callable[[], set[str]]) -> Callable[[], set[str]]:
    """Lay a source of register ids on the shelf."""
    _sources.append(source)
    return source


def begun_from() -> set[str]:
    """The registers that somebody can begin a matter from."""
    return set().union(*(source() for source in _sources))
