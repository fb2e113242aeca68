"""Verbs of importing: enter and change a batch of rows in one act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.bulk import RecordColumns, enter_columns
from lantai.catalogue.records.fields import apply_description, description_of
from lantai.catalogue.records.models import PageText, Record, RecordRevision
from lantai.catalogue.records.operations import set_opening_due
from lantai.core.tables.table import Row
from lantai.foundation.bulk_rows import keys_by
from lantai.foundation.operation import operation
from lantai.foundation.work import Act, keep_all, keep_gone, note, note_change
from lantai.resources.importing.rows import Entries, Entry, types_of

BATCH = 4_000  # rows an operation: one entry in the ledger, one commit
CHUNK = 400  # rows a statement; SQLite takes few parameters
_CHANGED = [
    "title", "reference_code", "doc_no", "creator", "date", "date_earliest", "date_latest",
    "year", "retention", "record_class", "organ", "item_no", "pages", "secrecy", "secrecy_level",
    "description", "opening_due", "version", "updated_at",
]  # fmt: skip


@dataclass
class BatchResult:
    """What became of a batch; refused rows with the reason, in the file's order."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[tuple[Row, str]] = field(default_factory=list)


@operation(permission="catalogue.import", event="metadata_creation")
def import_batch(
    act: Act, /, *, fonds: Fonds, entries: Entries, dry_run: bool = False
) -> BatchResult:
    """Enter what is new by its source id, change what is known, leave what is the same."""
    result = BatchResult()
    latest = {key: place for place, key in enumerate(entries.keys)}  # of equal keys the last
    result.unchanged = len(entries) - len(latest)
    place = {"holder_id": fonds.holder_id, "fonds_id": fonds.pk}
    known = keys_by(Record, "source_id", latest, place)
    latest = _without_taken_codes(fonds, entries, latest, known, result)
    new = entries.taken([place for key, place in latest.items() if key not in known])
    if new and not dry_run:
        enter_columns(act, fonds=fonds, records=_described(new))
    result.created = len(new)
    old = {known[key]: entries.at(place) for key, place in latest.items() if key in known}
    _change(act, old, result, dry_run)
    note(created=result.created, updated=result.updated, refused=len(result.refused))
    return result


def _without_taken_codes(
    fonds: Fonds,
    entries: Entries,
    latest: Mapping[str, int],
    known: Mapping[str, int],
    result: BatchResult,
) -> dict[str, int]:
    """The entries whose reference code nobody else in the archives or the batch has."""
    codes = entries.of("reference_code")
    owners: dict[str, object] = {
        **keys_by(Record, "reference_code", codes, {"holder_id": fonds.holder_id})
    }
    kept: dict[str, int] = {}
    for key, place in latest.items():
        code = codes[place]
        mine: object = known.get(key, key)
        if code and owners.setdefault(code, mine) != mine:
            result.refused.append((entries.rows[place], f"档号 {code} 已被另一件档案使用"))
        else:
            kept[key] = place
    return kept


def _described(entries: Entries) -> RecordColumns:
    own = {"source_id": entries.keys, "level": entries.levels, "record_type": types_of(entries)}
    texts = {place: [text] for place, text in enumerate(entries.texts) if text}
    return RecordColumns(len(entries), entries.values, own, texts)


def _change(act: Act, known: Mapping[int, Entry], result: BatchResult, dry_run: bool) -> None:
    if not known:
        return
    pairs = [(record, known[record.pk]) for record in _records(list(known))]
    texts = _given_texts([record.pk for record, _entry in pairs])
    changed: list[Record] = []
    revisions: list[RecordRevision] = []
    retold: list[tuple[Record, str]] = []
    for record, entry in pairs:
        revision = _apply(record, entry.values, act.at)
        new_text = entry.text is not None and texts.get(record.pk, "") != entry.text
        if revision is not None:
            revision.by, revision.by_name, revision.reason = act.by.urn, act.by.name, act.reason
            revisions.append(revision)
        if new_text:
            retold.append((record, entry.text or ""))
        if revision is not None or new_text:
            changed.append(record)
    result.updated = len(changed)
    result.unchanged += len(pairs) - len(changed)
    if dry_run or not changed:
        return
    described = [revision.record for revision in revisions]
    Record.objects.bulk_create(  # one statement for many rows: they are known, so all are updates
        described,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=_CHANGED,
        batch_size=CHUNK,
    )
    keep_all(described)
    keep_all(RecordRevision.objects.bulk_create(revisions, batch_size=CHUNK), kind="created")
    _replace_texts(retold)
    for record, _text in retold:
        note_change(record.urn, "text")


def _records(keys: list[int]) -> Iterator[Record]:
    for start in range(0, len(keys), CHUNK):
        rows = Record.objects.filter(pk__in=keys[start : start + CHUNK])
        yield from rows.select_related("fonds").order_by("pk")


def _apply(record: Record, values: Mapping[str, str], at: datetime) -> RecordRevision | None:
    """Put what the row gives over what is there; None when nothing is different."""
    before = description_of(record)
    wanted = {**before, **values}
    apply_description(record, wanted)
    after = description_of(record)
    names = sorted(k for k in {*before, *after} if before.get(k, "") != after.get(k, ""))
    if not names:
        return None
    set_opening_due(record)
    record.version += 1
    record.updated_at = at
    return RecordRevision(
        record=record,
        number=record.version,
        at=at,
        before={name: before.get(name, "") for name in names},
        after={name: after.get(name, "") for name in names},
    )


def _given_texts(keys: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(keys), CHUNK):
        rows = PageText.objects.filter(
            record_id__in=keys[start : start + CHUNK], component=None, source="given", page=1
        )
        found |= dict(rows.values_list("record_id", "text"))
    return found


def _replace_texts(retold: list[tuple[Record, str]]) -> None:
    keys = [record.pk for record, _text in retold]
    for start in range(0, len(keys), CHUNK):
        old = PageText.objects.filter(
            record_id__in=keys[start : start + CHUNK], component=None, source="given"
        )
        for row in old.only("pk"):
            keep_gone(row, row.pk)
        old.delete()
    rows = [
        PageText(record=record, page=1, text=text, source="given")
        for record, text in retold
        if text
    ]
    keep_all(PageText.objects.bulk_create(rows, batch_size=CHUNK))
