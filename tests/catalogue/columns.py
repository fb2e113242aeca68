"""Descriptions as `enter_records` takes them, as the columns that bulk entry takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lantai.catalogue.records.bulk import RecordColumns
from lantai.catalogue.records.models import Record
from lantai.foundation.bulk_rows import defaults


def columns_of(descriptions: Iterable[Mapping[str, Any]]) -> RecordColumns:
    """With ``_source_id``, ``_level``, ``_record_type`` and ``_texts``."""
    given = list(descriptions)
    names = dict.fromkeys(name for values in given for name in values)
    columns = {n: [str(values.get(n) or "").strip() for values in given] for n in names}
    texts = {n: pages for n, values in enumerate(given) if (pages := values.get("_texts"))}
    own = {}
    for name in ("source_id", "level", "record_type"):
        default = str(defaults(Record)[name])
        if f"_{name}" in columns:
            own[name] = [value or default for value in columns[f"_{name}"]]
    values = {name: column for name, column in columns.items() if name[0] != "_"}
    return RecordColumns(len(given), values, own, texts)
