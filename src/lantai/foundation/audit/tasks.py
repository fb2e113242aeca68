"""Jobs of the ledger."""

from __future__ import annotations

from typing import Any

from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.foundation.ledger.sealing import seal_now


@task("ledger.seal")
def seal(running: Running) -> dict[str, Any]:
    """Seal the open segment; harmless when there is nothing in it."""
    return {"seal": seal_now()}
