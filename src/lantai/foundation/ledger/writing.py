"""Writing the ledger: the one writer, under the one lock, to the segment file and the table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from lantai.core.ledger.chain import GENESIS, entry_hash, rows_digest
from lantai.core.ledger.segments import SegmentWriter
from lantai.foundation.changes.models import Change
from lantai.foundation.ledger.models import LedgerEntry, LedgerHead, LedgerSubject
from lantai.foundation.work import PendingEntry, Work, row_image

ENTRIES_A_SEGMENT = 5_000  # a sealed file stays small enough to look into by hand


def write_entries(work: Work) -> None:
    """Number, chain and write the work's entries and changes; the last act of a transaction.

    The images of all rows changed stand with the first (outermost) entry. When the commit
    then fails, the line in the segment file is an attempt that the chain does not pass
    through; readers of segments know it by that.
    """
    if not work.entries:
        return
    head = locked_head()
    images = [
        [label, pk, None if row is None else row_image(row)]
        for (label, pk), row in work.rows.items()
    ]
    lines, entries = [], []
    for position, pending in enumerate(work.entries):
        rows = images if position == 0 else []
        head.sequence += 1
        body = _body(pending, head.sequence, head.hash or GENESIS, rows_digest(rows))
        head.hash = entry_hash(head.hash or GENESIS, body)
        lines.append(({**body, "hash": head.hash}, rows))
        entries.append(LedgerEntry(**{**body, "at": pending.act.at}, hash=head.hash))
    LedgerEntry.objects.bulk_create(entries)
    LedgerSubject.objects.bulk_create(
        [LedgerSubject(entry=e, urn=urn) for e in entries for urn in e.subjects], batch_size=500
    )
    first = entries[0].sequence
    changes = []
    for subject, kind in work.changes:
        head.change += 1
        changes.append(Change(number=head.change, subject=subject, kind=kind, entry=first))
    Change.objects.bulk_create(changes, batch_size=500)
    head.save()
    writer = segment_writer()
    for entry, rows in lines:
        writer.append(entry, rows)


def segment_writer() -> SegmentWriter:
    """The writer of this installation's segment files (sealing is a job: see sealing.py)."""
    return SegmentWriter(settings.LANTAI.ledger, max_entries=ENTRIES_A_SEGMENT)


def chained_time(moment: datetime) -> str:
    """A moment as the chain writes it: UTC, ISO 8601, the same after a trip to a database."""
    return moment.astimezone(UTC).isoformat()


def locked_head() -> LedgerHead:
    """The chain's end, held to the end of the transaction: writers of the ledger take turns."""
    head = LedgerHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        LedgerHead.objects.bulk_create([LedgerHead(pk=1)], ignore_conflicts=True)
        head = LedgerHead.objects.select_for_update().get(pk=1)
    return head


def _body(pending: PendingEntry, sequence: int, previous: str, digest: str) -> dict[str, Any]:
    act = pending.act
    return {
        "sequence": sequence,
        "at": chained_time(act.at),
        "event": pending.event,
        "operation": pending.operation,
        "outcome": pending.outcome,
        "agent": act.by.urn,
        "agent_name": act.by.name,
        "channel": act.channel,
        "institution": pending.institution,
        "subjects": list(pending.subjects[:200]),  # the rows under the digest name them all
        "detail": pending.detail,
        "reason": pending.reason,
        "rows_digest": digest,
        "previous": previous,
    }
