"""Running a fixity audit 校验执行: on from the cursor, noted as it goes, with a finish date."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from lantai.catalogue.records.models import Record
from lantai.core.progress import Progress, silent
from lantai.foundation.work import Act
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.fixity_audit.models import FixityRun
from lantai.preservation.fixity_audit.operations import begin_run, record_run
from lantai.preservation.fixity_audit.walking import check_object

SECONDS_BETWEEN_NOTES = 30
FINDINGS_KEPT = 1_000


def run_audit(act: Act, progress: Progress = silent, *, fresh: bool = False) -> FixityRun:
    """Walk every object's content; an unfinished run is gone on with unless ``fresh``."""
    run = FixityRun.objects.filter(finished_at__isnull=True).order_by("-pk").first()
    if run is None or fresh:
        run = begin_run(act, expected=Record.objects.exclude(object_id="").count())
    root = storage_root()
    clock = _Clock(run)
    try:
        for path in root.object_paths():
            if path <= run.cursor:
                continue
            _one(run, root, path)
            clock.tick()
            progress(run.walked, max(run.expected, run.walked), finish_note(run))
            if clock.due():
                record_run(act, run=run, finished=False)
    except BaseException:
        clock.tick()
        record_run(act, run=run, finished=False)
        raise
    return record_run(act, run=run, finished=True)


def finish_note(run: FixityRun) -> str:
    """When it will be over, at the rate so far."""
    left = max(run.expected - run.walked, 0)
    if not run.walked or not run.seconds:
        return ""
    end = timezone.localtime() + timedelta(seconds=left * run.seconds / run.walked)
    return f"预计 {end:%Y-%m-%d %H:%M} 完成 done by then；{run.rate / 1e6:.0f} MB/s"


def _one(run: FixityRun, root: Any, path: str) -> None:
    for found in check_object(root, path):
        run.files += 1
        run.bytes += found.size
        if found.code:
            run.faults += 1
            if len(run.findings) < FINDINGS_KEPT:
                run.findings.append({"code": found.code, "path": found.path,
                                     "zh": found.zh, "en": found.en})  # fmt: skip
    run.walked += 1
    run.cursor = path


class _Clock:
    """Adds up the seconds of a run over its interruptions."""

    def __init__(self, run: FixityRun, now: Callable[[], float] = time.monotonic) -> None:
        self.run, self.now = run, now
        self.last = self.noted = now()

    def tick(self) -> None:
        """Count the time since the last tick."""
        here = self.now()
        self.run.seconds += here - self.last
        self.last = here

    def due(self) -> bool:
        """Is it time to write down how far we are?"""
        if self.last - self.noted < SECONDS_BETWEEN_NOTES:
            return False
        self.noted = self.last
        return True
