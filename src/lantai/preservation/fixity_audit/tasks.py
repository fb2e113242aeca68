"""Jobs of fixity audits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from lantai.foundation.jobs.recurring import recurring
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act
from lantai.preservation.depositing.models import Deposit
from lantai.preservation.fixity_audit.models import FixityRun
from lantai.preservation.fixity_audit.operations import figures
from lantai.preservation.fixity_audit.running import audit_objects, run_audit
from lantai.preservation.replication.policy import policy_in_force

DAY = 86_400
recurring("fixity.by_policy", every=DAY, title="按策略校验 Audit by policy")


@task("fixity.run")
def audit(running: Running) -> dict[str, Any]:
    """Walk all of storage; an interrupted walk goes on where it stopped."""
    act = Act(by=Operator(), channel="job")
    return figures(run_audit(act, running.progress))


@task("fixity.by_policy")
def by_policy(running: Running) -> dict[str, Any]:
    """Once a day: go on with a run, or begin one when the last is older than the policy allows."""
    whole = FixityRun.objects.exclude(cause=FixityRun.EVENT)
    oldest = timezone.now() - timedelta(days=policy_in_force().audit_days)
    first = Deposit.objects.order_by("pk").first()
    due = first is not None and first.created_at < oldest
    if whole.filter(finished_at=None).exists():
        due = True
    elif whole.filter(finished_at__gte=oldest).exists():
        due = False
    if not due:
        return {"due": False}
    act = Act(by=Operator(), channel="job")
    return figures(run_audit(act, running.progress, cause=FixityRun.POLICY))


@task("fixity.objects")
def some(running: Running) -> dict[str, Any]:
    """Objects to which something happened: a failed reading, a thaw."""
    return figures(audit_objects(Act(by=Operator(), channel="job"), running.arguments["paths"]))
