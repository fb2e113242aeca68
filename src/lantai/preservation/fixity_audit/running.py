"""Running a fixity audit 校验执行: on from the cursor, paced, noted as it goes, with a finish date."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import islice

from django.utils import timezone

from lantai.catalogue.records.models import Record
from lantai.core.ocfl.root import OcflRoot
from lantai.core.progress import Progress, silent
from lantai.core.storage.port import StorageFailure
from lantai.foundation.work import Act
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.fixity_audit.healing import heal
from lantai.preservation.fixity_audit.holdings import Examiner, Holding
from lantai.preservation.fixity_audit.models import FixityRun
from lantai.preservation.fixity_audit.operations import begin_run, record_run
from lantai.preservation.fixity_audit.pacing import Pacer
from lantai.preservation.replication.models import ObjectCopy, PreservedObject
from lantai.preservation.replication.operations import seal_objects
from lantai.preservation.replication.policy import policy_in_force
from lantai.preservation.replication.replicating import Round, seal_new
from lantai.preservation.replication.sealing import seals_of

SECONDS_BETWEEN_NOTES = 30
SECONDS_BETWEEN_WORDS = 1
FINDINGS_KEPT = 1_000
BATCH = 64  # objects examined side by side
MARKS = ("0=ocfl_object_1.1", "0=ocfl_object_1.0")
"""By one of these the walk knows an object's folder."""

WALK, LOST = "walk:", "lost:"
"""The two halves of a run: what lies in the main store, then what should and does not."""


def run_audit(
    act: Act,
    progress: Progress = silent,
    *,
    fresh: bool = False,
    bytes_per_second: int | None = None,
    mend: bool = True,
    cause: str = FixityRun.PERSON,
) -> FixityRun:
    """Examine every object in every store; an unfinished run is gone on with unless ``fresh``."""
    policy = policy_in_force()
    rate = policy.bytes_per_second if bytes_per_second is None else bytes_per_second
    run = FixityRun.objects.filter(finished_at__isnull=True).order_by("-pk").first()
    if run is None or fresh:
        seal_new(act, Round())
        expected = Record.objects.exclude(object_id="").count()
        run = begin_run(act, expected=expected, cause=cause, bytes_per_second=rate)
    examiner = Examiner(Pacer(rate))
    run.away = examiner.away
    clock, note = _Clock(run), ""
    try:
        for phase, batch in _batches_left(run):
            for holding in examiner.examine(batch):
                _one(act, run, holding, mend=mend)
                run.cursor = f"{phase}{holding.path if phase == WALK else _pk(holding)}"
                clock.tick()
                if clock.passed():
                    run.finish_estimate = _finish(run)
                    note = finish_note(run)
                progress(run.walked, max(run.expected, run.walked), note)
                if clock.due():
                    record_run(act, run=run, finished=False)
    except BaseException:
        clock.tick()
        record_run(act, run=run, finished=False)
        raise
    return record_run(act, run=run, finished=True)


def audit_objects(act: Act, paths: Iterable[str], *, cause: str = FixityRun.EVENT) -> FixityRun:
    """Examine some objects now, after something happened to them."""
    run = begin_run(act, expected=0, cause=cause, bytes_per_second=0)
    examiner, clock = Examiner(Pacer(0)), _Clock(run)
    for batch in _batches(iter(paths)):
        for holding in examiner.examine(batch):
            _one(act, run, holding, mend=True)
    clock.tick()
    run.expected = run.walked
    return record_run(act, run=run, finished=True)


def finish_note(run: FixityRun) -> str:
    """When it will be over, at the rate so far."""
    if run.finish_estimate is None:
        return ""
    end = timezone.localtime(run.finish_estimate)
    return f"预计 {end:%Y-%m-%d %H:%M} 完成 done by then；{run.rate / 1e6:.0f} MB/s"


def _finish(run: FixityRun) -> object:
    left = max(run.expected - run.walked, 0)
    if not run.walked or not run.seconds:
        return None
    return timezone.now() + timedelta(seconds=left * run.seconds / run.walked)


def _batches_left(run: FixityRun) -> Iterator[tuple[str, list[str]]]:
    """The folders still to be examined: what lies there, then what is missing."""
    root = storage_root()
    if not run.cursor.startswith(LOST):
        seen = run.cursor.removeprefix(WALK).encode()
        left = (path for path in root.object_paths() if path.encode() > seen)
        yield from ((WALK, batch) for batch in _batches(left))
        run.cursor = LOST
    last = int(run.cursor.removeprefix(LOST) or 0)
    yield from ((LOST, batch) for batch in _batches(_missing(root, last)))


def _pk(holding: Holding) -> int:
    return holding.row.pk if holding.row is not None else 0


def _missing(root: OcflRoot, last: int) -> Iterator[str]:
    """Sealed objects whose folder in the main store the walk did not know."""
    rows = PreservedObject.objects.order_by("pk")
    while batch := list(rows.filter(pk__gt=last).values_list("pk", "path")[:500]):
        last = batch[-1][0]
        for _, path in batch:
            if not _there(root, path):
                yield path


def _there(root: OcflRoot, path: str) -> bool:
    try:
        return any(root.storage.exists(f"{path}/{mark}") for mark in MARKS)
    except StorageFailure:
        return True  # the walk has told of it


def _batches(paths: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(paths, BATCH)):
        yield batch


def _one(act: Act, run: FixityRun, holding: Holding, *, mend: bool) -> None:
    for copy in holding.copies:
        run.files += copy.found.files
        run.bytes += copy.found.bytes
    run.copies += len(holding.copies) - 1
    answer = heal(act, holding, mend=mend)
    run.faults += answer.faults or len(answer.findings)
    run.repaired += answer.repaired
    run.frozen += answer.frozen
    room = FINDINGS_KEPT - len(run.findings)
    run.findings += answer.findings[: max(room, 0)]
    if not answer.findings:
        _note_sound(act, holding)
    run.walked += 1


def _note_sound(act: Act, holding: Holding) -> None:
    """When each copy was last proven; an object met for the first time is sealed."""
    if holding.row is None:
        inventory = holding.copies[0].found.inventory
        seals, _ = seals_of([inventory.id]) if inventory else ([], [])
        if seals and seals[0].path == holding.path:
            seal_objects(act, seals=seals)
        return
    if len(holding.copies) > 1:
        stores = [copy.store for copy in holding.copies]
        rows = ObjectCopy.objects.filter(object=holding.row, store__code__in=stores)
        rows.update(state=ObjectCopy.GOOD, verified_at=act.at)


class _Clock:
    """Adds up the seconds of a run over its interruptions."""

    def __init__(self, run: FixityRun, now: Callable[[], float] = time.monotonic) -> None:
        self.run, self.now = run, now
        self.last = self.noted = now()
        self.told = self.last - SECONDS_BETWEEN_WORDS

    def tick(self) -> None:
        """Count the time since the last tick."""
        here = self.now()
        self.run.seconds += here - self.last
        self.last = here

    def passed(self) -> bool:
        """Is it time to say anew when it will be over?"""
        if self.last - self.told < SECONDS_BETWEEN_WORDS:
            return False
        self.told = self.last
        return True

    def due(self) -> bool:
        """Is it time to write down how far we are?"""
        if self.last - self.noted < SECONDS_BETWEEN_NOTES:
            return False
        self.noted = self.last
        return True
