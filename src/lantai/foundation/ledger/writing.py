"""Writing the ledger: the one writer, under the one lock, to the segment file and the table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from lantai.core.ledger.chain import GENESIS, canonical, chain_entry
from lantai.core.ledger.segments import SegmentWriter
from lantai.core.ledger.sheets import Sheet
from lantai.foundation.bulk_rows import insert_columns, insert_rows, next_keys
from lantai.foundation.changes.handed import FEW, hand_over
from lantai.foundation.changes.models import Change
from lantai.foundation.changes.runs import Run
from lantai.foundation.ledger.images import storable
from lantai.foundation.ledger.models import LedgerEntry, LedgerHead, LedgerSubject
from lantai.foundation.ledger.signing import sign_seal
from lantai.foundation.work import PendingEntry, Work, row_image

ENTRIES_A_SEGMENT = 5_000  # a sealed file stays small enough to look into by hand
SUBJECTS_NAMED = 2_000  # in the entry itself; beyond that the rows under its digest tell
_writers: dict[str, SegmentWriter] = {}


def write_entries(work: Work) -> None:
    """Number, chain and write the work's entries and changes; the last act of a transaction.

    The images of all rows changed stand with the first (outermost) entry. When the commit
    then fails, the lines in the segment file are an attempt that the chain does not pass
    through; readers of segments know it by that.
    """
    if not work.entries:
        return
    head = locked_head()
    lines, entries = [], []
    first = head.sequence + 1
    images = [[label, storable(pk), _image(row)] for (label, pk), row in work.rows.items()]
    sheets = _sheets(work, head, first)  # before what was changed of them in the same work
    changes: list[dict[str, Any]] = []
    for subject, kind in work.changes:
        head.change += 1
        changes.append({"number": head.change, "subject": subject, "kind": kind, "entry": first})
    images += [[Change._meta.label, change["number"], change] for change in changes]
    written = sheets + [canonical(image) for image in images]
    for position, pending in enumerate(work.entries):
        rows = written if position == 0 else []
        head.sequence += 1
        link = chain_entry(
            {**_body(pending), "work": first},
            rows,
            sequence=head.sequence,
            previous_hash=head.hash or GENESIS,
        )
        head.hash = link["hash"]
        lines.append((link, rows))
        entries.append(LedgerEntry(**{**link, "at": pending.act.at}))
    LedgerEntry.objects.bulk_create(entries, batch_size=200)
    subjects: list[dict[str, Any]] = [
        {"entry_id": entry.sequence, "urn": urn}
        for entry, pending in zip(entries, work.entries, strict=True)
        for urn in dict.fromkeys(pending.subjects)
    ]
    for key, row in zip(next_keys(LedgerSubject, len(subjects)), subjects, strict=True):
        row["id"] = key
    insert_rows(LedgerSubject, subjects)
    insert_rows(Change, changes)
    head.save()
    segment_writer().append_work(lines)


def _sheets(work: Work, head: LedgerHead, entry: int) -> list[bytes]:
    """The rows entered together, and the changes that tell of those that have names."""
    written: list[bytes] = []
    rows = [sheet.written() for sheet, _urns, _kind in work.sheets]
    runs = [run for told in work.sheets if (run := _run_of(*told))]
    if sum(len(run.keys) for run in runs) >= FEW:
        hand_over(entry, rows)
    for row, (sheet, urns, kind) in zip(rows, work.sheets, strict=True):
        written.append(row)
        if urns:
            written.append(_changes_of(sheet, urns, {"kind": kind, "entry": entry}, head))
    return written


def _run_of(sheet: Sheet, urns: Sequence[str], kind: str) -> Run | None:
    """Rows that have names, were just entered and whose keys follow each other."""
    if urns and kind == "created" and isinstance(sheet.keys, range):
        return Run.of(urns[0], sheet.keys)
    return None


def _changes_of(
    sheet: Sheet, urns: Sequence[str], same: Mapping[str, Any], head: LedgerHead
) -> bytes:
    """A run for rows just entered whose keys follow each other, else a change for each; as kept."""
    numbers: Sequence[int] = range(head.change + 1, head.change + len(urns) + 1)
    head.change += len(urns)
    if run := _run_of(sheet, urns, same["kind"]):
        numbers, urns = numbers[-1:], [run.subject]
    insert_columns(Change, len(urns), {"number": numbers, "subject": urns}, same)
    return Sheet(Change._meta.label, "number", numbers, same, {"subject": urns}).written()


def _image(row: Model | dict[str, Any] | None) -> Any:
    """A row as the chain writes it; a ready image is in plain values already."""
    return row if row is None or isinstance(row, dict) else storable(row_image(row))


def segment_writer() -> SegmentWriter:
    """The writer of this installation's segment files; full ones it seals and signs."""
    folder = settings.LANTAI.ledger
    writer = _writers.get(str(folder))
    if writer is None or not folder.is_dir():
        _writers.clear()
        writer = SegmentWriter(folder, max_entries=ENTRIES_A_SEGMENT, signer=sign_seal)
        _writers[str(folder)] = writer
    return writer


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


def _body(pending: PendingEntry) -> dict[str, Any]:
    act = pending.act
    detail = json.loads(json.dumps(pending.detail, cls=DjangoJSONEncoder))
    return {
        "at": chained_time(act.at),
        "event": pending.event,
        "operation": pending.operation,
        "outcome": pending.outcome,
        "agent": act.by.urn,
        "agent_name": storable(act.by.name),
        "channel": act.channel,
        "institution": pending.institution,
        "subjects": list(pending.subjects[:SUBJECTS_NAMED]),
        "detail": storable(detail),
        "reason": storable(act.reason),
    }
