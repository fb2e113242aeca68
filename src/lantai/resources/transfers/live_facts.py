"""Live facts 实时数据 of a unit: what it handed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from lantai.foundation.desks.evaluations.definitions import LiveFact, live_fact
from lantai.resources.transfers.models import CheckRun, Transfer


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


def _checked(place: Any) -> QuerySet[CheckRun]:
    """Runs on what the unit sent, or what came to the archives."""
    ours = Q(transfer__unit=place) | Q(transfer__unit__archives=place)
    return CheckRun.objects.filter(ours, stage="transfer")


def _passed(place: Any) -> QuerySet[CheckRun]:
    return _checked(place).filter(verdict="pass")


def _runs(rows: QuerySet[CheckRun]) -> Iterator[tuple[str, str]]:
    for run in rows.select_related("transfer").order_by("-pk")[:200]:
        yield f"{run.transfer.number} #{run.version} {run.verdict}", ""


live_fact(LiveFact("checks", "移交检测次数", "checks of transfers",
                   lambda p: _checked(p).count(), lambda p: _runs(_checked(p)), "次"))  # fmt: skip
live_fact(LiveFact("checks_passed", "检测合格次数", "checks passed",
                   lambda p: _passed(p).count(), lambda p: _runs(_passed(p)), "次"))  # fmt: skip
