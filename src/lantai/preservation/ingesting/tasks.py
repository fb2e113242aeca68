"""Jobs of ingesting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lantai.foundation.institutions.models import Institution
from lantai.foundation.jobs.tasks_shelf import Running, task
from lantai.preservation.ingesting.ingest import ingest_path

FINDINGS_KEPT = 200  # in the job's row; the ledger and the quarantine hold the rest


@task("preservation.ingest")
def ingest(running: Running) -> dict[str, Any]:
    """Take one path in; killed anywhere, it goes on from what is in already."""
    asked = running.arguments
    line = ingest_path(
        running.act,
        Path(asked["path"]),
        holder=Institution.objects.get(code=asked["holder"]),
        fonds=asked.get("fonds", ""),
        progress=running.progress,
    )
    told = [finding for finding in line["findings"] if finding["severity"] != "info"]
    return {**line, "findings": told[:FINDINGS_KEPT]}
