"""Jobs of the ledger."""

from __future__ import annotations

from typing import Any

from lantai.foundation.audit.verification import verify_ledger
from lantai.foundation.jobs.recurring import recurring
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.foundation.ledger.sealing import seal_now

VERIFY = "ledger.verify"
WEEK = 7 * 24 * 3600


@task("ledger.seal")
def seal(running: Running) -> dict[str, Any]:
    """Seal the open segment; harmless when there is nothing in it."""
    return {"seal": seal_now()}


@task(VERIFY)
def verify(running: Running) -> dict[str, Any]:
    """Walk the whole ledger; what was found stays with the job and is shown as evidence."""
    report = verify_ledger()
    return {"entries": report.entries, "segments": report.segments, "ok": report.ok,
            "problems": len(report.problems)}  # fmt: skip


recurring(VERIFY, every=WEEK, title="逐条校验台账 / walk the ledger")
