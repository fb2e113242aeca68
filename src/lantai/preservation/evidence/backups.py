"""Backups and their age."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from lantai.foundation.desks.evaluations.evidence import Evidence, Seen
from lantai.preservation.recovery.models import BackupRun

OLDEST = 7  # days


class Backups(Evidence):
    """备份: how old the newest whole one is."""

    id = "backups"
    zh = "备份"
    en = "Backups"

    def look(self, place: Any) -> Seen:
        """From the register of backups."""
        last = BackupRun.objects.filter(ok=True).order_by("-made_at").first()
        if last is None:
            return Seen(False, "还没有完好的备份", "there is no whole backup")
        days = (timezone.now() - last.made_at).days
        count = BackupRun.objects.count()
        return Seen(
            days <= OLDEST,
            f"共 {count} 次；最近一次完好备份在 {days} 天前，{last.objects_kept} 个对象",
            f"{count} in all; the newest whole one is {days} days old, {last.objects_kept} objects",
        )
