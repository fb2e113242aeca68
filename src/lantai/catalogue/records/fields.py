"""Which canonical elements are columns of `Record`, and how a value becomes one."""

from __future__ import annotations

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
    record.secrecy_level = next((n for w, n in LEVELS.items() if w in record.secrecy), 0)
    if record.year is None and record.date_latest:
        record.year = record.date_latest.year


def description_of(record: Record) -> dict[str, str]:
    """The record's canonical element values as text, columns and rest together."""
    values = {name: str(getattr(record, name) or "") for name in TEXT_COLUMNS}
    values |= {n: str(v) if (v := getattr(record, n)) is not None else "" for n in NUMBER_COLUMNS}
    values["date"] = record.date
    values["fonds"] = record.fonds.code
    return {**{k: v for k, v in values.items() if v}, **record.description}


def _apply_date(record: Record, text: str) -> None:
    record.date_earliest = record.date_latest = None
    record.date = ""
    if not text:
        return
    try:
        value = parse_date(text)
    except DateNotUnderstood:
        record.date = text[:60]  # kept as found; the check has already spoken of it
        return
    record.date = value.edtf[:60]
    record.date_earliest = value.earliest
    record.date_latest = value.latest
