"""Jobs of recovery."""

from __future__ import annotations

from typing import Any

from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.preservation.recovery.backup import make_backup
from lantai.preservation.recovery.operations import record_backup


@task("recovery.backup")
def backup(running: Running) -> dict[str, Any]:
    """Back up to ``target``; run again it copies only what is not there yet."""
    figures = make_backup(running.arguments["target"], running.progress)
    record_backup(running.act, figures=figures)
    return figures
