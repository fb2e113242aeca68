"""Rows 行: rows of the file as descriptions, column by column, or why they cannot be any."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from lantai.catalogue.records.fields import NUMBER_COLUMNS, TEXT_COLUMNS
from lantai.catalogue.records.models import Record
from lantai.core.description.element import dictionary
from lantai.core.description.record_type import CATALOGUE_ENTRY, RecordType, record_type
from lantai.core.description.validation import validate_description
from lantai.core.registry import UnknownId
from lantai.core.tables.table import Row
from lantai.core.tables.writing import plain_text
from lantai.core.terms import vocabulary
from lantai.core.text import strip_controls
from lantai.resources.importing.cleaning import clean_column

MOST_TITLE = 4_000
MOST_TEXT = 8_000_000
_LIMITS = {
    name: column.max_length
    for name in TEXT_COLUMNS
    if (column := Record._meta.get_field(name)).max_length
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


@dataclass(frozen=True)
class Entries:
    """Rows ready to be entered, column by column; "" where a row gives nothing."""

    rows: Sequence[Row] = ()
    keys: Sequence[str] = ()
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    texts: Sequence[str] = ()
    levels: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, name: str) -> Sequence[str]:
        """An element's column."""
        return self.values.get(name) or [""] * len(self)

    def at(self, place: int) -> Entry:
        """One row by itself."""
        values = {name: v for name, column in self.values.items() if (v := column[place])}
        return Entry(self.rows[place], self.keys[place], values, self.texts[place] or None)

    def taken(self, places: Sequence[int]) -> Entries:
        """Only the rows at these places."""
        if len(places) == len(self):
            return self
        return Entries(
            _at(self.rows, places),
            _at(self.keys, places),
            {name: _at(column, places) for name, column in self.values.items()},
            _at(self.texts, places),
            _at(self.levels, places),
        )


class RowRefused(ValueError):
    """The row cannot be entered; says why."""


def read_row(row: Row, mapping: Mapping[str, str], clean: bool = False) -> Entry:
    """The row by the mapping, cleaned by rule if asked; `RowRefused` with the reason."""
    entries, refused = read_rows([row], mapping, clean)
    if refused:
        raise RowRefused(refused[0][1])
    return entries.at(0)


def read_rows(
    rows: Sequence[Row], mapping: Mapping[str, str], clean: bool = False
) -> tuple[Entries, list[tuple[Row, str]]]:
    """The rows by the mapping in their order, and those refused with the reason."""
    alike: dict[tuple[str, ...], list[int]] = {}
    refused = [(row, row.fault_zh) for row in rows if row.fault_zh]
    for place, row in enumerate(rows):
        if not row.fault_zh:
            alike.setdefault(tuple(row.values), []).append(place)
    parts = [
        (places, _read_alike([rows[n] for n in places], headings, mapping, clean))
        for headings, places in alike.items()
    ]
    refused += [one for _places, (_kept, _entries, others) in parts for one in others]
    read = [([places[n] for n in kept], entries) for places, (kept, entries, _) in parts]
    return _put_together(read), sorted(refused, key=lambda one: one[0].number)


Read = tuple[list[int], Entries, list[tuple[Row, str]]]


def _read_alike(
    rows: Sequence[Row], headings: Sequence[str], mapping: Mapping[str, str], clean: bool
) -> Read:
    """Rows of the same columns: (places kept, their entries, those refused)."""
    values, special = _by_element(rows, headings, mapping)
    blank = [""] * len(rows)
    texts, titles = special.get("_text", blank), values.get("title", blank)
    if any(texts):
        values["title"] = [
            title or (_supplied_title(text) if text else "")
            for title, text in zip(titles, texts, strict=True)
        ]
    if clean:
        values = {name: clean_column(name, column) for name, column in values.items()}
    faults = _faults(values, special, len(rows))
    given = zip(special.get("_source_id", blank), values.get("reference_code", blank), strict=True)
    keys = [source or code or _digest(values, n) for n, (source, code) in enumerate(given)]
    levels = special.get("_level", blank)
    entries = Entries(
        rows,
        keys,
        {name: _coded(name, column) for name, column in values.items()},
        texts,
        [_LEVELS.get(level, Record.ITEM) for level in levels] if any(levels) else
        [Record.ITEM] * len(rows),
    )  # fmt: skip
    kept = [n for n in range(len(rows)) if n not in faults]
    return kept, entries.taken(kept), [(rows[n], why) for n, why in faults.items()]


def _by_element(
    rows: Sequence[Row], headings: Sequence[str], mapping: Mapping[str, str]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The cells by the element their column stands for; what nobody knows becomes notes."""
    values: dict[str, list[str]] = {}
    special: dict[str, list[str]] = {}
    rest: list[list[str]] = []
    cells = zip(*(row.values.values() for row in rows), strict=True)
    for heading, column in zip(headings, cells, strict=True):
        target = mapping.get(heading, "")
        if target == "_ignored":
            continue
        texts = _texts(_unfolded(column, values) if target == "_rest" else column)
        if not any(texts):
            continue
        if target in ("", "_rest"):
            rest.append([f"{heading}：{text}" if text else "" for text in texts])
        elif target.startswith("_"):
            before = special.get(target, texts)
            special[target] = [new or old for new, old in zip(texts, before, strict=True)]
        elif target in values:
            values[target] = _joined([values[target], texts])
        else:
            values[target] = texts
    if rest:
        values["notes"] = _joined([values["notes"], *rest] if "notes" in values else rest)
    return values, special


def _unfolded(column: Sequence[Any], values: dict[str, list[str]]) -> list[Any]:
    """Elements that an export laid into one cell as an object, put among the ``values``;
    what is no such object is given back."""
    left = list(column)
    for place, cell in enumerate(column):
        try:
            told = json.loads(cell) if isinstance(cell, str) and cell[:1] == "{" else cell
        except ValueError:
            continue
        if isinstance(told, dict) and told.keys() <= dictionary().keys():
            left[place] = ""
            for name, value in told.items():
                values.setdefault(name, [""] * len(column))[place] = _text(value)
    return left


def _joined(columns: Sequence[Sequence[str]]) -> list[str]:
    return ["\n".join(filter(None, cells)) for cells in zip(*columns, strict=True)]


def _put_together(parts: Sequence[tuple[Sequence[int], Entries]]) -> Entries:
    """Entries of differently built rows in the order of the file."""
    if len(parts) == 1:
        return parts[0][1]
    order = sorted((place, part, n) for part, (places, _) in enumerate(parts)
                   for n, place in enumerate(places))  # fmt: skip
    names = dict.fromkeys(name for _, entries in parts for name in entries.values)

    def column(of: Callable[[Entries], Sequence[Any]]) -> list[Any]:
        columns = [of(entries) for _, entries in parts]
        return [columns[part][n] for _, part, n in order]

    return Entries(
        column(lambda e: e.rows),
        column(lambda e: e.keys),
        {name: column(lambda e, name=name: e.of(name)) for name in names},  # type: ignore[misc]
        column(lambda e: e.texts),
        column(lambda e: e.levels),
    )


def types_of(entries: Entries) -> list[str]:
    """The record type whose rules each row meets; else a line of a catalogue."""
    classes, seconds = entries.of("record_class"), entries.of("class2")
    found = [CATALOGUE_ENTRY] * len(entries)
    for pair in set(zip(classes, seconds, strict=True)):
        kind, demanded = _kind_of(*pair) if pair[0] else (None, ())
        if kind is None or not all(name in entries.values for name in demanded):
            continue  # seen at once; most lines of old catalogues end here
        for place, one in enumerate(zip(classes, seconds, strict=True)):
            if one == pair and all(entries.values[name][place] for name in demanded):
                values = dict(entries.at(place).values)
                found[place] = CATALOGUE_ENTRY if validate_description(kind, values) else kind.id
    return found


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


def _faults(
    values: Mapping[str, Sequence[str]], special: Mapping[str, Sequence[str]], count: int
) -> dict[int, str]:
    """Why rows cannot be entered, by place; the first reason of each."""
    faults: dict[int, str] = {}

    def note(column: Sequence[str], wrong: Callable[[str], bool], why: str) -> None:
        for place, value in enumerate(column):
            if wrong(value):
                faults.setdefault(place, why.format(value[:20]))

    def too_long(column: Sequence[str], most: int, why: str) -> None:
        if column and max(map(len, column)) > most:
            note(column, lambda value: len(value) > most, why)

    titles = values.get("title", [""] * count)
    if not all(titles):
        note(titles, lambda value: not value, "没有题名")
    too_long(titles, MOST_TITLE, f"题名超过 {MOST_TITLE} 字")
    for name, most in _LIMITS.items():
        too_long(values.get(name, ()), most, f"{dictionary()[name].label_zh}超过 {most} 字")
    for name in NUMBER_COLUMNS:
        wrong = {v for v in set(values.get(name, ())) if v and not _is_number(v, _NUMBERS[name])}
        if wrong:
            note(values[name], wrong.__contains__, f"{dictionary()[name].label_zh}“{{}}”应是数字")
    too_long(special.get("_source_id", ()), 200, "原编号超过 200 字")
    too_long(special.get("_text", ()), MOST_TEXT, f"全文超过 {MOST_TEXT} 字")
    return faults


def _is_number(value: str, most: int) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 20 and int(value) <= most


def _coded(name: str, column: Sequence[str]) -> Sequence[str]:
    element = dictionary().get(name)
    if element is None or not element.vocabulary:
        return column
    words = vocabulary(element.vocabulary)
    codes = {value: (words.code_of(value) or value) if value else "" for value in set(column)}
    return [codes[value] for value in column]


def _at(column: Sequence[Any], places: Iterable[int]) -> list[Any]:
    return [column[place] for place in places]


def _texts(column: Sequence[Any]) -> list[str]:
    """Cells as text without blanks around and without signs that do not show."""
    if set(map(type, column)) == {str} and (joined := "".join(column)).isprintable():
        texts = list(map(str.strip, column))
        return list(map(plain_text, texts)) if "'" in joined else texts
    return [plain_text(_text(cell)) for cell in column]


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


def _digest(values: Mapping[str, Sequence[str]], place: int) -> str:
    own = {name: v for name, column in values.items() if (v := column[place])}
    whole = json.dumps(sorted(own.items()), ensure_ascii=False)
    return "row:" + blake2b(whole.encode(), digest_size=12).hexdigest()
