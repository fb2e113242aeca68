"""Live facts 实时数据 of a unit: what it filed, what waits, what it handed over."""

from __future__ import annotations

from typing import Any

from lantai.foundation.desks.evaluations.definitions import LiveFact, live_fact
from lantai.resources.filing.models import FilingItem
from lantai.resources.transfers.models import Transfer


def _filed_share(place: Any) -> float | None:
    rows = FilingItem.objects.filter(unit=place)
    total = rows.count()
    return rows.exclude(filed_at=None).count() / total if total else None


def _transfers(place: Any) -> Any:
    return Transfer.objects.filter(unit=place, state__in=[Transfer.ACCEPTED, Transfer.DEPOSITED])


live_fact(LiveFact("filed", "已归档件数", "items filed",
                   lambda p: FilingItem.objects.filter(unit=p).exclude(filed_at=None).count(),
                   lambda p: ((f"{i.reference_code} {i.title}", "") for i in FilingItem.objects.filter(
                       unit=p).exclude(filed_at=None).order_by("-pk")[:200]), "件"))  # fmt: skip
live_fact(LiveFact("filed_share", "归档率", "filed share", _filed_share, None, "%"))
live_fact(LiveFact("transfers", "已接收的移交", "transfers accepted",
                   lambda p: _transfers(p).count(),
                   lambda p: ((f"{t.number}", "") for t in _transfers(p)[:200]), "批"))  # fmt: skip
