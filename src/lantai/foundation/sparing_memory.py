"""Sparing memory 省内存: long work through the database that holds little of it.

A person's pages are quicker when much of the database stays at hand. Work that goes through
millions of rows once would only fill that memory, and a million records would seem to need more
of it than a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

HELD_KIB = 16_384
_HELD, _MAPPED = "cache_size", "mmap_size"


@contextmanager
def sparing_memory() -> Iterator[None]:
    """No more than `HELD_KIB` of the database in memory until the end (SQLite; others do not hold it here)."""
    if connection.vendor != "sqlite":
        yield
        return
    before = {name: _pragma(name) for name in (_HELD, _MAPPED)}
    _pragma(_HELD, -HELD_KIB)
    _pragma(_MAPPED, 0)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is not None:
                _pragma(name, value)


def _pragma(name: str, value: int | None = None) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}" if value is None else f"PRAGMA {name}={value}")
        row = cursor.fetchone()
    return int(row[0]) if row else None
