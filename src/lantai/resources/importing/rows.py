"""Rows 行: a row of the file as a description, or why it cannot be one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from lantai.catalogue.records.fields import NUMBER_COLUMNS, TEXT_COLUMNS
from lantai.catalogue.records.models import Record
from lantai.core.description.element import dictionary
from lantai.core.description.record_type import RecordType, record_type
from lantai.core.description.validation import validate_description
from lantai.core.registry import UnknownId
from lantai.core.tables.table import Row
from lantai.core.terms import vocabulary
from lantai.core.text import strip_controls
from lantai.resources.importing.cleaning import cleaned

CATALOGUE_ENTRY = "catalogue_entry"  # a line of a catalogue, not yet described by a type
MOST_TITLE = 4_000
MOST_TEXT = 8_000_000
_LIMITS = {
    name: field.max_length
    for name in TEXT_COLUMNS
    if (field := Record._meta.get_field(name)).max_length
}
_NUMBERS = {"year": 9_999, "pages": 2_147_483_647}
_LEVELS = {"class": "class", "类": "class", "类别": "class", "file": "file", "案卷": "file",
           "item": "item", "件": "item", "文件": "item", "类别级": "class", "案卷级": "file", "文件级": "item"}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A row ready to be entered. ``key`` is its source id, the same at every import."""

    row: Row
    key: str
    values: Mapping[str, str]
    text: str | None = None
    level: str = Record.ITEM

    @property
    def fonds(self) -> str:
        """The fonds code the row itself names."""
        return self.values.get("fonds", "")


class RowRefused(ValueError):
    """The row cannot be entered; says why."""


def read_row(row: Row, mapping: Mapping[str, str], clean: bool = False) -> Entry:
    """The row by the mapping, cleaned by rule if asked; `RowRefused` with the reason."""
    if row.fault_zh:
        raise RowRefused(row.fault_zh)
    values: dict[str, str] = {}
    special: dict[str, str] = {}
    rest: list[str] = []
    for column, given in row.values.items():
        text = _text(given)
        target = mapping.get(column, "")
        if not text or target == "_ignored":
            continue
        if not target:
            rest.append(f"{column}：{text}")
        elif target.startswith("_"):
            special[target] = text
        else:
            values[target] = f"{values[target]}\n{text}" if target in values else text
    if rest:
        values["notes"] = "\n".join(filter(None, [values.get("notes", ""), *rest]))
    if not values.get("title") and special.get("_text"):
        values["title"] = _supplied_title(special["_text"])
    if clean:
        values = cleaned(values)
    _check(values, special)
    return Entry(
        row=row,
        key=special.get("_source_id") or values.get("reference_code") or _digest(values),
        values={name: _coded(name, value) for name, value in values.items()},
        text=special.get("_text"),
        level=_LEVELS.get(special.get("_level", ""), Record.ITEM),
    )


def type_of(values: Mapping[str, str]) -> str:
    """The record type whose rules the values meet; else a line of a catalogue."""
    if not values.get("record_class"):
        return CATALOGUE_ENTRY
    kind, demanded = _kind_of(values["record_class"], values.get("class2", ""))
    if kind is None or not all(values.get(name) for name in demanded):
        return CATALOGUE_ENTRY  # seen at once; most lines of old catalogues end here
    return CATALOGUE_ENTRY if validate_description(kind, dict(values)) else kind.id


@lru_cache(maxsize=200)
def _kind_of(record_class: str, class2: str) -> tuple[RecordType | None, tuple[str, ...]]:
    """The type of these class codes and what it always demands."""
    try:
        kind = record_type(record_class, class2)
    except UnknownId:
        return None, ()
    demanded = (e.name for e in kind.elements if e.obligation == "mandatory" and not e.default)
    return kind, tuple(demanded)


def _supplied_title(text: str) -> str:
    """自拟题名: a title supplied by the describer stands in square brackets (DA/T 18-2022)."""
    first = next((line.strip() for line in text.splitlines() if any(map(str.isalpha, line))), "")
    return f"［{first[:30]}］" if first else "［无题］"


def _check(values: Mapping[str, str], special: Mapping[str, str]) -> None:
    if not values.get("title"):
        raise RowRefused("没有题名")
    if len(values["title"]) > MOST_TITLE:
        raise RowRefused(f"题名超过 {MOST_TITLE} 字")
    for name, most in _LIMITS.items():
        if len(values.get(name, "")) > most:
            raise RowRefused(f"{dictionary()[name].label_zh}超过 {most} 字")
    for name in NUMBER_COLUMNS:
        value = values.get(name, "")
        if value and not (value.isascii() and value.isdigit() and int(value) <= _NUMBERS[name]):
            raise RowRefused(f"{dictionary()[name].label_zh}“{value[:20]}”应是数字")
    if len(special.get("_source_id", "")) > 200:
        raise RowRefused("原编号超过 200 字")
    if len(special.get("_text", "")) > MOST_TEXT:
        raise RowRefused(f"全文超过 {MOST_TEXT} 字")


def _coded(name: str, value: str) -> str:
    element = dictionary().get(name)
    if element is None or not element.vocabulary:
        return value
    return vocabulary(element.vocabulary).code_of(value) or value


def _text(given: Any) -> str:
    if type(given) is str and given.isprintable():
        return given.strip()
    if given is None or given in ([], {}):
        return ""
    if isinstance(given, list):
        return "\n".join(filter(None, (_text(one) for one in given)))
    if isinstance(given, dict):
        given = json.dumps(given, ensure_ascii=False)
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    clean = str(given).encode("utf-8", "replace").decode()
    return strip_controls(clean).strip()


def _digest(values: Mapping[str, str]) -> str:
    whole = json.dumps(sorted(values.items()), ensure_ascii=False)
    return "row:" + blake2b(whole.encode(), digest_size=12).hexdigest()
