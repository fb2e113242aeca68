"""Jobs of fixity audits."""

from __future__ import annotations

from typing import Any

from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act
from lantai.preservation.fixity_audit.operations import figures
from lantai.preservation.fixity_audit.running import run_audit


@task("fixity.run")
def audit(running: Running) -> dict[str, Any]:
    """Walk all of storage; an interrupted walk goes on where it stopped."""
    act = Act(by=Operator(), channel="job")
    return figures(run_audit(act, running.progress))
