"""Replaying 重放: the row images of the ledger put back in the order in which they were written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Exists, OuterRef

from lantai.core.ledger.segments import SegmentLine, read_chain
from lantai.core.progress import Progress, silent
from lantai.foundation.ledger.images import restored
from lantai.foundation.ledger.models import LedgerEntry, LedgerHead, LedgerSubject

BATCH = 200  # rows put back together
LINES = 500  # ledger lines whose rows are gathered before they are written


@dataclass
class Replayed:
    """What the ledger gave back, and what it could not."""

    entries: int = 0
    last: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)  # labels no model answers to now
    cut: Counter[str] = field(default_factory=Counter)  # references to rows that are never kept


def replay(folder: Path, progress: Progress = silent) -> Replayed:
    """Put every kept row, entry and change back; call it inside one transaction.

    Rows keep their primary keys. A row that is there already is made as its last image says,
    except in the columns that are never kept (passwords).
    """
    done = Replayed()
    seen: set[type[models.Model]] = set()
    for lines in _chunks(read_chain(folder)):
        for model, gone, rows in _runs(lines, done):
            seen.add(model)
            _apply(model, gone, rows)
        _enter(lines)
        done.entries += len(lines)
        done.last = lines[-1].entry["sequence"]
        progress(done.entries, 0, f"台账第 {done.last} 条 / ledger entry {done.last}")
        head = lines[-1].entry
        LedgerHead.objects.update_or_create(
            pk=1, defaults={"sequence": head["sequence"], "hash": head["hash"]}
        )
    _count_changes()
    _mend_references(seen, done)
    reset_sequences([*seen, LedgerSubject])
    for model in seen:
        done.rows[model._meta.label] = model._default_manager.count()
    return done


def reset_sequences(found: Iterable[type[models.Model]]) -> None:
    """Let the database number new rows after those that came with their own numbers."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(found)):
            cursor.execute(statement)


def model_of(label: str) -> type[models.Model] | None:
    """The model a label names, if there still is one."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _chunks(lines: Iterable[SegmentLine]) -> Iterator[list[SegmentLine]]:
    chunk: list[SegmentLine] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) >= LINES:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


Run = tuple[type[models.Model], bool, list[tuple[Any, dict[str, Any] | None]]]


def _runs(lines: Sequence[SegmentLine], done: Replayed) -> Iterator[Run]:
    """Images of one model, alike in kind, that follow each other: written in one statement."""
    current: Run | None = None
    keys: set[Any] = set()
    columns: set[str] = set()
    for line in lines:
        for label, pk, image in line.images():
            model = model_of(label)
            if model is None:
                done.unknown[label] += 1
                continue
            names = set(image or ())
            same = current is not None and current[:2] == (model, image is None)
            if not same or pk in keys or names != columns or len(keys) >= BATCH:
                if current is not None:
                    yield current
                current, keys, columns = (model, image is None, []), set(), names
            assert current is not None
            current[2].append((pk, image))
            keys.add(pk)
    if current is not None:
        yield current


def _apply(
    model: type[models.Model], gone: bool, rows: list[tuple[Any, dict[str, Any] | None]]
) -> None:
    manager = model._base_manager
    if gone:
        manager.filter(pk__in=[pk for pk, _ in rows])._raw_delete(manager.db)
        return
    made = [_instance(model, image or {}) for _, image in rows]
    known = {f.attname: f for f in model._meta.concrete_fields}
    written = [known[n].name for n in rows[0][1] or () if n in known and not known[n].primary_key]
    manager.bulk_create(
        made,
        batch_size=BATCH,
        update_conflicts=bool(written),
        ignore_conflicts=not written,
        unique_fields=[model._meta.pk.name] if written else None,
        update_fields=written or None,
    )


def _instance(model: type[models.Model], image: dict[str, Any]) -> models.Model:
    values = {}
    for column in model._meta.concrete_fields:
        if column.attname in image:
            values[column.attname] = _value(column, image[column.attname])
    row = model(**values)
    if hasattr(row, "set_unusable_password"):
        row.set_unusable_password()
    return row


def _value(column: Any, stored: Any) -> Any:
    if isinstance(column, models.JSONField):
        return restored(stored)
    if isinstance(column, models.BinaryField) and stored is not None:
        return bytes.fromhex(stored)
    target = column.target_field if column.is_relation else column
    return target.to_python(restored(stored))


def _enter(lines: Sequence[SegmentLine]) -> None:
    """The entries themselves, and what they speak of."""
    columns = {f.attname for f in LedgerEntry._meta.concrete_fields}
    entries = []
    for line in lines:
        body = {k: v for k, v in line.entry.items() if k in columns}
        entries.append(LedgerEntry(**{**body, "at": datetime.fromisoformat(body["at"])}))
    LedgerEntry.objects.bulk_create(
        entries,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["sequence"],
        update_fields=sorted(columns - {"sequence"}),
    )
    numbers = [entry.sequence for entry in entries]
    LedgerSubject.objects.filter(entry__gte=min(numbers), entry__lte=max(numbers)).delete()
    LedgerSubject.objects.bulk_create(
        [LedgerSubject(entry=e, urn=u) for e in entries for u in dict.fromkeys(e.subjects)],
        batch_size=BATCH,
    )


def _count_changes() -> None:
    model = apps.get_model("foundation", "Change")
    last = model.objects.aggregate(last=models.Max("number"))["last"] or 0
    LedgerHead.objects.filter(pk=1).update(change=last)


def _mend_references(seen: set[type[models.Model]], done: Replayed) -> None:
    """References to rows that are never kept (a job, a session): emptied, and counted."""
    for model in sorted(seen, key=lambda m: m._meta.label):
        for column in model._meta.concrete_fields:
            if not column.is_relation or column.related_model is None:
                continue
            there = column.related_model._base_manager.filter(
                **{column.target_field.attname: OuterRef(column.attname)}
            )
            lost = model._base_manager.filter(
                ~Exists(there), **{f"{column.attname}__isnull": False}
            )
            count = lost.count()
            if not count:
                continue
            done.cut[f"{model._meta.label}.{column.name}"] += count
            if column.null:
                lost.update(**{column.attname: None})
            else:
                lost.delete()
