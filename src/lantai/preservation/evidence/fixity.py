"""The last walk over every object's digests."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localtime

from lantai.foundation.desks.evaluations.evidence import Evidence, Seen
from lantai.preservation.fixity_audit.models import FixityRun


class Fixity(Evidence):
    """固化校验: when the holdings were last read back, and what was wrong."""

    id = "fixity"
    zh = "固化校验"
    en = "Fixity"

    def look(self, place: Any) -> Seen:
        """From the register of walks."""
        run = FixityRun.objects.exclude(finished_at=None).order_by("-pk").first()
        if run is None:
            return Seen(None, "还没有完成过校验", "no walk was finished yet")
        day = f"{localtime(run.started_at):%Y-%m-%d}"
        return Seen(
            not run.faults,
            f"{day} 校验 {run.walked} 个对象，问题 {run.faults} 个",
            f"{day}: {run.walked} objects walked, {run.faults} faults",
        )
