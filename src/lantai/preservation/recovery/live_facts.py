"""Live facts 实时数据 of recovery: how old the last whole backup is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.timezone import localdate

from lantai.foundation.desks.evaluations.definitions import LiveFact, live_fact
from lantai.preservation.recovery.models import BackupRun


def _age(_place: Any) -> int | None:
    last = BackupRun.objects.filter(ok=True).order_by("-made_at").first()
    return (localdate() - localdate(last.made_at)).days if last else None


def _runs(_place: Any) -> Iterator[tuple[str, str]]:
    for run in BackupRun.objects.order_by("-made_at")[:20]:
        yield f"{localdate(run.made_at)} {run.name} {'✓' if run.ok else '✗'}", ""


live_fact(LiveFact("backup_age", "距最近一次完好备份的天数", "days since the last whole backup",
                   _age, _runs, "天"))  # fmt: skip
