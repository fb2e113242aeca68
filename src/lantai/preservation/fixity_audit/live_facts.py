"""Live facts 实时数据 of preservation: deposits, and what the last fixity walk found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from lantai.foundation.desks.evaluations.definitions import LiveFact, live_fact
from lantai.preservation.depositing.models import Deposit
from lantai.preservation.fixity_audit.models import FixityRun


def _last() -> FixityRun | None:
    return FixityRun.objects.exclude(finished_at=None).order_by("-pk").first()


def _faults(_place: Any) -> int | None:
    run = _last()
    return run.faults if run else None


def _runs(_place: Any) -> Iterator[tuple[str, str]]:
    for run in FixityRun.objects.order_by("-pk")[:20]:
        yield (
            f"{localtime(run.started_at):%Y-%m-%d %H:%M} 校验 {run.walked} 个对象，问题 {run.faults}",
            "",
        )


def _deposits(place: Any) -> Iterator[tuple[str, str]]:
    for row in Deposit.objects.filter(holder=place).order_by("-pk")[:200]:
        yield row.number, reverse("deposits:deposit", args=[row.number])


live_fact(
    LiveFact(
        "fixity_bad",
        "最近一次校验发现的问题",
        "faults of the last fixity walk",
        _faults,
        _runs,
        "个",
    )
)
live_fact(LiveFact("deposits", "入库信息包", "deposits",
                   lambda p: Deposit.objects.filter(holder=p).count(), _deposits, "个"))  # fmt: skip
