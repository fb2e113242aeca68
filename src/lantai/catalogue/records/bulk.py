"""Records in bulk 成批登记: the same rows as `enter_records` makes, column by column.

What is reckoned of a value (its date in EDTF, when it falls due) is reckoned once for each
different value; the database and the ledger take the columns as they are.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, transaction

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.fields import (
    NUMBER_COLUMNS,
    TEXT_COLUMNS,
    date_columns,
    secrecy_level,
)
from lantai.catalogue.records.models import PageText, Record
from lantai.catalogue.records.operations import opening_due
from lantai.core.ledger.sheets import Sheet
from lantai.foundation.bulk_rows import defaults, insert_columns, next_keys
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict
from lantai.foundation.work import Act, keep_sheet, note

Column = Sequence[Any]
NOT_DESCRIBED = frozenset((*TEXT_COLUMNS, *NUMBER_COLUMNS, "date", "fonds", "creating_unit"))
_quoted = json.encoder.encode_basestring  # a text as JSON writes it, without escaping Chinese


@dataclass(frozen=True)
class RecordColumns:
    """Catalogue-only records column by column: elements as text, "" where there is none.

    ``own`` are columns that are no description: source_id, level, record_type.
    """

    count: int
    values: Mapping[str, Sequence[str]]
    own: Mapping[str, Sequence[str]] = field(default_factory=dict)
    texts: Mapping[int, Sequence[str]] = field(default_factory=dict)  # pages by place


@operation(permission="records.enter", event="metadata_creation")
def enter_columns(act: Act, /, *, fonds: Fonds, records: RecordColumns) -> int:
    """Enter many catalogue-only records at once. Returns how many."""
    note(records=records.count, fonds=fonds.code)
    if not records.count:
        return 0
    keys = next_keys(Record, records.count)
    uids = time_ordered_uids(records.count)
    columns, described = _columns(records)
    same = {
        **defaults(Record),
        "holder_id": fonds.holder_id,
        "fonds_id": fonds.pk,
        "created_at": act.at,
        "updated_at": act.at,
    }
    for name in (*columns, "id", "uid", "description"):
        same.pop(name, None)
    stored = {"id": keys, "uid": uids, "description": _as_json(described, records.count)}
    try:
        with transaction.atomic(savepoint=False):  # a refusal takes back the whole batch
            insert_columns(Record, records.count, {**stored, **columns}, same)
    except IntegrityError as problem:
        raise Conflict(
            "有档号与馆内已有档案重复，整批没有登记；请核对档号后重新提交。",
            "A reference code is already in use; nothing was entered.",
        ) from problem
    at = act.at.isoformat()
    plain = {**same, "created_at": at, "updated_at": at}
    names = [f"{u[:8]}-{u[8:12]}-{u[12:16]}-{u[16:20]}-{u[20:]}" for u in uids]
    varied = {"uid": names}
    for name, column in columns.items():
        if len(set(column)) == 1:
            plain[name] = column[0]
        else:
            varied[name] = column
    parts = {"description": described} if described else {}
    if not parts:
        plain["description"] = {}
    sheet = Sheet(Record._meta.label, "id", keys, plain, varied, parts)
    keep_sheet(sheet, [f"record:{name}" for name in names])
    _enter_texts(keys, records.texts)
    return records.count


def time_ordered_uids(count: int) -> list[str]:
    """UUIDs of version 7, 32 digits each: new ones stand together in an index, old ones rest."""
    moment = f"{time.time_ns() // 1_000_000:012x}"
    drawn = os.urandom(10 * count).hex()
    return [
        f"{moment}7{drawn[n : n + 3]}{'89ab'[int(drawn[n + 3], 16) & 3]}{drawn[n + 4 : n + 19]}"
        for n in range(0, 20 * count, 20)
    ]


def _columns(records: RecordColumns) -> tuple[dict[str, Column], dict[str, Sequence[str]]]:
    """The columns of `Record` that differ from row to row, and the rest of the descriptions."""
    values, count = records.values, records.count
    columns: dict[str, Column] = {n: values[n] for n in TEXT_COLUMNS if n in values}
    for name in NUMBER_COLUMNS:
        if name in values:
            columns[name] = _reckoned(values[name], _number)
    if "secrecy" in values:
        columns["secrecy_level"] = _reckoned(values["secrecy"], secrecy_level)
    days: Column = [None] * count
    if "date" in values:
        found = _reckoned(values["date"], _date)
        columns["date"], columns["date_earliest"], days, columns["date_latest"] = zip(
            *found, strict=True
        )
    years: Column = columns.get("year", [None] * count)
    if "date" in values or "year" in values:
        pairs = list(zip(years, days, strict=True))
        columns["year"] = [y if y is not None or d is None else d.year for y, d in pairs]
        due = _reckoned(list(zip(columns["year"], days, strict=True)), _due)
        columns["opening_due"] = due
    # in the order of their names, as the ledger writes them
    described = {n: values[n] for n in sorted(values) if n not in NOT_DESCRIBED and any(values[n])}
    return {**columns, **records.own}, described


def _reckoned(column: Column, reckon: Any) -> list[Any]:
    """The column with each different value reckoned once."""
    known = {value: reckon(value) for value in set(column)}
    return [known[value] for value in column]


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None


@lru_cache(maxsize=50_000)  # a catalogue has few days and many entries
def _date(text: str) -> tuple[str, str | None, date | None, str | None]:
    edtf, earliest, latest = date_columns(text)
    return (
        edtf,
        earliest.isoformat() if earliest else None,
        latest,
        latest.isoformat() if latest else None,
    )


@lru_cache(maxsize=50_000)
def _due(known: tuple[int | None, date | None]) -> str | None:
    due = opening_due(*known)
    return due.isoformat() if due else None


def _as_json(described: Mapping[str, Sequence[str]], count: int) -> Sequence[str]:
    """The mapping of each row as JSON text."""
    if not described:
        return ["{}"] * count
    cells = [
        [f"{_quoted(name)}: {_quoted(text)}" if text else "" for text in column]
        for name, column in described.items()
    ]
    if len(cells) == 1:
        return [f"{{{cell}}}" for cell in cells[0]]
    return [f"{{{', '.join(filter(None, row))}}}" for row in zip(*cells, strict=True)]


def _enter_texts(keys: Sequence[int], texts: Mapping[int, Sequence[str]]) -> None:
    rows = [(keys[n], page, text) for n, given in texts.items()
            for page, text in enumerate(given, 1)]  # fmt: skip
    if not rows:
        return
    own = next_keys(PageText, len(rows))
    records, pages, written = zip(*rows, strict=True)
    columns = {"record_id": records, "page": pages, "text": written}
    same = {**defaults(PageText), "source": "given"}
    for name in ("id", *columns):
        same.pop(name, None)
    insert_columns(PageText, len(rows), {"id": own, **columns}, same)
    keep_sheet(Sheet(PageText._meta.label, "id", own, same, columns))
