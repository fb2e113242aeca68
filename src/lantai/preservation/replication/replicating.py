"""Replicating 复制: what is new is sealed, then copied into every store; what is away waits.

A store that can not be reached stops nothing: taking in goes on, its backlog grows and is shown,
and the next round catches up. Killed anywhere, the next round goes on: copying twice is harmless.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from lantai.core.ledger.copying import PointNotInLedger, copy_ledger
from lantai.core.ocfl.copying import CopyRefused, copy_object
from lantai.core.progress import Progress, silent
from lantai.core.storage.port import Storage, StorageFailure
from lantai.foundation.changes.models import FollowerCursor
from lantai.foundation.ledger.models import LedgerHead
from lantai.foundation.work import Act
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.replication.models import PreservedObject, Store
from lantai.preservation.replication.operations import record_copies, seal_objects
from lantai.preservation.replication.sealing import seals_of, unsealed_ids
from lantai.preservation.replication.stores import (
    LEDGER,
    copy_stores,
    place_in,
    prepare,
    storage_of,
)

AT_ONCE = 100
MARK = "sealed-up-to"


@dataclass
class Round:
    """What one round did."""

    sealed: int = 0
    copied: int = 0
    bytes: int = 0
    away: list[str] = field(default_factory=list)
    findings: list[dict[str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For the job's result."""
        return dict(vars(self))


def replicate(act: Act, progress: Progress = silent, *, thorough: bool = True) -> Round:
    """Seal what is new, then bring every store up to date.

    ``thorough`` looks at every record for its seal; else only at those since the last round.
    """
    done = Round()
    seal_new(act, done, after=0 if thorough else _mark())
    for store in copy_stores():
        try:
            storage = storage_of(store)
            prepare(storage)
            _catch_up(act, store, storage, done, progress)
            _copy_ledger(storage)
        except StorageFailure as problem:
            done.away.append(store.code)
            Store.objects.filter(pk=store.pk).update(trouble=str(problem)[:400])
            continue
        Store.objects.filter(pk=store.pk).update(trouble="", reached_at=timezone.now())
    return done


def seal_new(act: Act, done: Round, *, after: int = 0) -> None:
    """Seal what has been taken in since; what disagrees with its ingest digests is told."""
    mark = after
    for last, ids in unsealed_ids(after):
        mark = last
        seals, refused = seals_of(ids)
        done.sealed += seal_objects(act, seals=seals) if seals else 0
        done.findings += [{"code": "not-sealed", "path": i, "message": why} for i, why in refused]
    FollowerCursor.objects.update_or_create(
        follower=MARK, defaults={"number": max(mark, _mark()), "updated_at": timezone.now()}
    )


def _mark() -> int:
    """The last record looked at for its seal; as with every cursor, losing it costs a second look."""
    row = FollowerCursor.objects.filter(follower=MARK).first()
    return row.number if row else 0


def missing_in(store: Store) -> Any:
    """The sealed objects that a store does not hold whole: its backlog 待复制."""
    return PreservedObject.objects.filter(frozen_at=None).exclude(copies__store=store)


def _catch_up(act: Act, store: Store, storage: Storage, done: Round, progress: Progress) -> None:
    waiting = missing_in(store).order_by("pk")
    total, last = waiting.count(), 0
    copied_here = 0
    while batch := list(waiting.filter(pk__gt=last)[:AT_ONCE]):
        last = batch[-1].pk
        before = done.bytes
        copied = _copy_batch(store, storage, batch, done)
        if copied:
            record_copies(act, store=store, copied=copied, size=done.bytes - before)
        copied_here += len(batch)
        done.copied += len(copied)
        progress(copied_here, total, f"{store.name}：{copied_here}/{total}")


def _copy_batch(
    store: Store, storage: Storage, batch: Sequence[PreservedObject], done: Round
) -> list[tuple[PreservedObject, str]]:
    main = storage_root().storage
    copied = []
    for row in batch:
        try:
            answer = copy_object(
                main, row.path, storage, place_in(store, row.path), expected=row.inventory_sha512
            )
        except CopyRefused as refused:  # the audit mends it, then it is copied
            done.findings.append(
                {"code": "not-copied", "path": refused.path, "message": str(refused)}
            )
            continue
        done.bytes += answer.bytes
        copied.append((row, answer.inventory_sha512))
    return copied


def _copy_ledger(storage: Storage) -> None:
    """The ledger up to now beside the objects, so that one copy and the keys bring all back."""
    head = LedgerHead.objects.filter(pk=1).first()
    if head is None or not head.sequence:
        return
    with tempfile.TemporaryDirectory(prefix="lantai-ledger-") as place:
        try:
            files = copy_ledger(settings.LANTAI.ledger, Path(place), head.sequence, head.hash)
        except PointNotInLedger:
            return  # the audit of the ledger tells of it
        for path in files:
            where = f"{LEDGER}/{path.name}"
            sealed = path.with_name(path.stem + ".seal.json").exists()
            if storage.exists(where) and storage.size(where) == path.stat().st_size and sealed:
                continue
            storage.write(where, path.read_bytes())
