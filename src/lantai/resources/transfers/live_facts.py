"""Live facts 实时数据 of a unit: what it handed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from lantai.foundation.desks.evaluations.definitions import LiveFact, live_fact
from lantai.resources.transfers.models import Transfer


def _accepted(place: Any) -> QuerySet[Transfer]:
    return Transfer.objects.filter(unit=place, state__in=[Transfer.ACCEPTED, Transfer.DEPOSITED])


def _listed(place: Any) -> Iterator[tuple[str, str]]:
    for transfer in _accepted(place).order_by("-pk")[:200]:
        yield transfer.number, ""


live_fact(
    LiveFact(
        "transfers", "已接收的移交", "transfers accepted",
        lambda p: _accepted(p).count(), _listed, "批",
    )
)  # fmt: skip
