"""Which canonical elements are columns of `Record`, and how a value becomes one."""

from __future__ import annotations

import datetime as dates
from collections.abc import Mapping
from typing import Any

from lantai.catalogue.records.models import Record
from lantai.core.dates import DateNotUnderstood, parse_date

TEXT_COLUMNS = (
    "title",
    "reference_code",
    "doc_no",
    "creator",
    "retention",
    "record_class",
    "organ",
    "item_no",
    "secrecy",
)
NUMBER_COLUMNS = ("year", "pages")
LEVELS = {"绝密": 3, "机密": 2, "秘密": 1}  # 保密法; 内部 and 公开 are no state-secret levels


def apply_description(record: Record, values: Mapping[str, Any]) -> None:
    """Put canonical element values into the record's columns and its ``description``."""
    rest: dict[str, Any] = {}
    for name, value in values.items():
        text = "" if value is None else str(value).strip()
        if name in TEXT_COLUMNS:
            setattr(record, name, text)
        elif name in NUMBER_COLUMNS:
            setattr(record, name, int(text) if text.isdigit() else None)
        elif name == "date":
            _apply_date(record, text)
        elif name not in {"fonds", "creating_unit"} and text:
            rest[name] = value if isinstance(value, (list, dict)) else text
    record.description = rest
    record.secrecy_level = secrecy_level(record.secrecy)
    if record.year is None and record.date_latest:
        record.year = record.date_latest.year


def description_of(record: Record) -> dict[str, str]:
    """The record's canonical element values as text, columns and rest together."""
    values = {name: str(getattr(record, name) or "") for name in TEXT_COLUMNS}
    values |= {n: str(v) if (v := getattr(record, n)) is not None else "" for n in NUMBER_COLUMNS}
    values["date"] = record.date
    values["fonds"] = record.fonds.code
    return {**{k: v for k, v in values.items() if v}, **record.description}


def description_at(record: Record, version: int) -> dict[str, str]:
    """The description as it stood at an earlier version: what was edited since taken back."""
    values = description_of(record)
    for revision in record.revisions.filter(number__gt=version).order_by("-number"):
        values |= revision.before
    return values


def secrecy_level(text: str) -> int:
    """The level that a secrecy mark as found stands for."""
    return next((n for w, n in LEVELS.items() if w in text), 0)


def date_columns(text: str) -> tuple[str, dates.date | None, dates.date | None]:
    """A date as it is kept, with its earliest and latest day; one not understood as found."""
    if not text:
        return "", None, None
    try:
        value = parse_date(text)
    except DateNotUnderstood:
        return text[:60], None, None  # the check has already spoken of it
    return value.edtf[:60], value.earliest, value.latest


def _apply_date(record: Record, text: str) -> None:
    record.date, record.date_earliest, record.date_latest = date_columns(text)
