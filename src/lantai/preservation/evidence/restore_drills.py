"""What the last restore measured."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from lantai.foundation.desks.evaluations.evidence import Evidence, Seen
from lantai.preservation.recovery.models import RestoreDrill


class RestoreDrills(Evidence):
    """恢复演练: that a backup came back, and the times that were measured."""

    id = "restore_drills"
    zh = "恢复演练"
    en = "Restore drills"

    def look(self, place: Any) -> Seen:
        """From the register of drills."""
        last = RestoreDrill.objects.order_by("-restored_at").first()
        if last is None:
            return Seen(False, "还没有做过恢复演练", "no restore was ever tried")
        rpo = f"{last.rpo_seconds / 3600:.1f}" if last.rpo_seconds is not None else "—"
        rto, day = (
            f"{last.rto_seconds / 60:.1f}",
            f"{timezone.localtime(last.restored_at):%Y-%m-%d}",
        )
        return Seen(
            last.ok,
            f"{day} 恢复 {last.objects_restored} 个对象，RPO {rpo} 小时，RTO {rto} 分钟",
            f"{day}: {last.objects_restored} objects, RPO {rpo} hours, RTO {rto} minutes",
        )
