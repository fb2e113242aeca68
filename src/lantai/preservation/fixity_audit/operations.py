"""Verbs of fixity audits: begin a run, note how far it came, finish it."""

from __future__ import annotations

from typing import Any

from lantai.foundation.operation import operation
from lantai.foundation.work import Act, keep, note
from lantai.preservation.fixity_audit.models import FixityRun


@operation(permission="fixity.run", event="fixity_check_start")
def begin_run(
    act: Act, /, *, expected: int, cause: str = FixityRun.PERSON, bytes_per_second: int = 0
) -> FixityRun:
    """A new run over ``expected`` objects."""
    row = FixityRun.objects.create(
        started_at=act.at, expected=expected, cause=cause, bytes_per_second=bytes_per_second
    )
    keep(row, kind="created")
    return row


@operation(permission="fixity.run", event="fixity_check")
def record_run(act: Act, /, *, run: FixityRun, finished: bool) -> FixityRun:
    """Write down how far a run came and what it found."""
    if finished:
        run.finished_at = act.at
    run.save()
    keep(run)
    note(**figures(run))
    return run


def figures(run: FixityRun) -> dict[str, Any]:
    """The run in numbers."""
    return {
        "objects": run.walked,
        "files": run.files,
        "bytes": run.bytes,
        "seconds": round(run.seconds),
        "bytes_a_second": run.rate,
        "copies": run.copies,
        "faults": run.faults,
        "repaired": run.repaired,
        "unrepaired": run.unrepaired,
        "frozen": run.frozen,
        "away": run.away,
    }
