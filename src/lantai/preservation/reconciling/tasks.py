"""The job of reconciling: asked for by a person, told on the overview."""

from __future__ import annotations

from typing import Any

from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.preservation.reconciling.truth import Options, reconcile

TASK = "reconcile.run"
FINDINGS_TOLD = 100


@task(TASK)
def run(running: Running) -> dict[str, Any]:
    """Compare storage, catalogue, ledger and index; what heals is healed."""
    told = reconcile(Options(progress=running.progress)).as_json()
    beyond = len(told["findings"]) - FINDINGS_TOLD
    return {
        **told,
        "findings": told["findings"][:FINDINGS_TOLD],
        "not_shown": told["not_shown"] + max(0, beyond),
    }


def latest() -> Job | None:
    """The last comparison that came to its end."""
    over = Job.objects.filter(task=TASK, state=Job.DONE)
    return over.order_by("-finished_at", "-pk").first()
