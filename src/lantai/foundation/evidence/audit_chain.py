"""The ledger's chain as it was last walked."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localtime

from lantai.foundation.audit.tasks import VERIFY
from lantai.foundation.desks.evaluations.evidence import Evidence, Seen
from lantai.foundation.jobs.models import Job
from lantai.foundation.ledger.sealing import ledger_state


class AuditChain(Evidence):
    """台账校验: when every entry's hash and signature was last checked, and what was found."""

    id = "audit_chain"
    zh = "操作台账"
    en = "Audit chain"

    def look(self, place: Any) -> Seen:
        """The result of the weekly walk; the walk itself is too long for a page."""
        state = ledger_state()
        sealed = (f"已封签 {state['sealed']} 段", f"{state['sealed']} segments sealed")
        walks = Job.objects.filter(task=VERIFY, state=Job.DONE).exclude(finished_at=None)
        last = walks.order_by("-finished_at").first()
        if last is None or last.finished_at is None:
            return Seen(None, f"{sealed[0]}；尚未校验过", f"{sealed[1]}; never walked yet")
        at = f"{localtime(last.finished_at):%Y-%m-%d}"
        entries, faults = last.result.get("entries", 0), last.result.get("problems", 0)
        return Seen(
            not faults,
            f"{sealed[0]}；{at} 逐条校验 {entries} 条，问题 {faults} 处",
            f"{sealed[1]}; walked on {at}: {entries} entries, {faults} faults",
        )
