"""Live facts 实时数据 of a unit: what it filed, and what waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from lantai.foundation.desks.evaluations.definitions import LiveFact, live_fact
from lantai.resources.filing.models import FilingItem


def _filed(place: Any) -> QuerySet[FilingItem]:
    return FilingItem.objects.filter(unit=place).exclude(filed_at=None)


def _filed_share(place: Any) -> float | None:
    total = FilingItem.objects.filter(unit=place).count()
    return _filed(place).count() / total if total else None


def _asked(place: Any) -> QuerySet[FilingItem]:
    return FilingItem.objects.filter(unit=place)


def _all_listed(place: Any) -> Iterator[tuple[str, str]]:
    for item in _asked(place).order_by("-pk")[:200]:
        yield f"{item.reference_code or '—'} {item.title}", ""


def _listed(place: Any) -> Iterator[tuple[str, str]]:
    for item in _filed(place).order_by("-pk")[:200]:
        yield f"{item.reference_code} {item.title}", ""


live_fact(
    LiveFact("filed", "已归档件数", "items filed", lambda p: _filed(p).count(), _listed, "件")
)
live_fact(LiveFact("filed_share", "归档率", "filed share", _filed_share, _listed, "%"))
live_fact(LiveFact("to_file", "应归档件数", "items to be filed",
                   lambda p: _asked(p).count(), _all_listed, "件"))  # fmt: skip
