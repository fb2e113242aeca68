"""New codes written 写入新档号: rows, history and former codes in bulk, one sheet of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lantai.catalogue.arranging.recoding import Wanted
from lantai.catalogue.codes.models import FormerCode
from lantai.catalogue.records.fields import description_of
from lantai.catalogue.records.models import Record, RecordRevision
from lantai.core.description import type_after
from lantai.core.identifiers import ReferenceCode
from lantai.foundation.bulk_rows import insert_rows, next_keys, sheet_of, update_columns
from lantai.foundation.ledger.images import storable
from lantai.foundation.work import Act, keep_sheet, row_image

WRITTEN = (
    "reference_code",
    "record_class",
    "record_type",
    "item_no",
    "description",
    "version",
    "updated_at",
)


@dataclass
class Changed:
    """A record with its new class and code put in; what was there before is in ``before``."""

    record: Record
    category: str
    wanted: Wanted | None
    code: ReferenceCode | None
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        record = self.record
        described_by = (record.record_class, str(record.description.get("class2", "")))
        record_class, _dot, class2 = self.category.partition("·")
        self._column("record_class", record_class)
        if class2 or "class2" in record.description:
            self._described("class2", class2)
        if self.code is not None and self.wanted is not None:
            self._coded(self.code, self.wanted)
        if described_by != (record_class, class2):
            record.record_type = type_after(
                record.record_type, described_by, (record_class, class2), description_of(record)
            )

    def _coded(self, code: ReferenceCode, wanted: Wanted) -> None:
        """The new code, and the numbers that are part of it."""
        record, rule = self.record, wanted.rule
        self._column("reference_code", code.text)
        number = str(code.number).zfill(rule.width(rule.last_part))
        if rule.last_part == "item_no" and record.item_no:
            self._column("item_no", number)
        for name in ("volume_no", rule.last_part):
            if name in record.description:
                self._described(name, str(code.parts.get(name, "")))

    @property
    def is_one(self) -> bool:
        """Is anything different?"""
        return bool(self.after)

    def _column(self, name: str, value: str) -> None:
        old = getattr(self.record, name)
        if old != value:
            self.before[name], self.after[name] = old, value
            setattr(self.record, name, value)

    def _described(self, name: str, value: str) -> None:
        old = str(self.record.description.get(name, ""))
        if old != value:
            self.before[name], self.after[name] = old, value
            self.record.description[name] = value
            if not value:
                del self.record.description[name]


def write_codes(act: Act, changed: Sequence[Changed]) -> None:
    """Rows, revisions and former codes of a batch; the index is told of each record."""
    for change in changed:
        change.record.version += 1
        change.record.updated_at = act.at
    records = [change.record for change in changed]
    columns = {name: [getattr(record, name) for record in records] for name in WRITTEN}
    update_columns(Record, [record.pk for record in records], columns)
    images = [storable(row_image(record)) for record in records]
    keep_sheet(sheet_of(Record, images), [record.urn for record in records], "updated")
    _enter(RecordRevision, [_revision(act, change) for change in changed])
    _enter(FormerCode, [_former(act, c) for c in changed if c.before.get("reference_code")])


def _enter(model: Any, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    for key, row in zip(next_keys(model, len(rows)), rows, strict=True):
        row["id"] = key
    insert_rows(model, rows)
    keep_sheet(sheet_of(model, rows))


def _revision(act: Act, change: Changed) -> dict[str, Any]:
    return {
        "record_id": change.record.pk, "number": change.record.version, "at": act.at,
        "by": act.by.urn, "by_name": act.by.name, "reason": act.reason,
        "before": change.before, "after": change.after,
    }  # fmt: skip


def _former(act: Act, change: Changed) -> dict[str, Any]:
    return {
        "holder_id": change.record.holder_id, "code": change.before["reference_code"],
        "record_id": change.record.pk, "at": act.at,
    }  # fmt: skip
