"""Sheets 成批影像: the images of many rows of one table written once, column by column.

A row image names every column of its row. Of a batch entered together most columns hold the same
value in all rows, and the rest read better as columns:
``["catalogue.Record", null, {"key": "id", "keys": {"first": 8, "rows": 2}, "same": {…},
"columns": {"title": ["…", "…"]}, "parts": {"description": {"keywords": ["…", ""]}}}]``. Keys that
follow each other are told by the first and how many, others as a list; a part is a mapping in
one column, given by its own columns, "" being left out. A column that holds in every row what
another does is told by its name: ``"alike": {"date_earliest": "date"}``.
`images` gives the rows back, one image each, as if each had been written by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from lantai.core.ledger.chain import NotCanonical

_write = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


@dataclass(frozen=True)
class Sheet:
    """Rows of one table, their primary keys in ``key``; values are plain JSON."""

    label: str
    key: str
    keys: Sequence[int]
    same: Mapping[str, Any]
    columns: Mapping[str, Sequence[Any]]
    parts: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)

    @classmethod
    def read(cls, label: str, body: Mapping[str, Any]) -> Self:
        """The sheet from the body of its row image, as read from JSON."""
        keys = body["keys"]
        if isinstance(keys, dict):
            keys = range(keys["first"], keys["first"] + keys["rows"])
        given = body["columns"]
        alike = {name: given[other] for name, other in body.get("alike", {}).items()}
        columns = {**given, **alike}
        return cls(label, body["key"], keys, body["same"], columns, body.get("parts", {}))

    def written(self) -> bytes:
        """As one row image, canonical."""
        alike = _alike(self.columns)
        body = {
            "key": self.key,
            "keys": {"first": self.keys[0], "rows": len(self.keys)}
            if isinstance(self.keys, range) and self.keys
            else list(self.keys),
            "same": self.same,
            "columns": {n: column for n, column in self.columns.items() if n not in alike},
            "parts": self.parts,
            **({"alike": alike} if alike else {}),
        }
        try:
            return _write([self.label, None, body]).encode("utf-8")
        except (TypeError, ValueError) as cause:
            raise NotCanonical(f"不能写成规范 JSON not canonical: {cause}") from cause


def _alike(columns: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """The columns of texts that hold what another before them does, and which."""
    first: dict[Any, list[str]] = {}
    found: dict[str, str] = {}
    for name in sorted(columns):
        column = columns[name]
        if not column or type(column[0]) is not str:
            continue
        others = first.setdefault((column[0], column[-1]), [])
        other = next((one for one in others if _same_texts(columns[one], column)), None)
        if other:
            found[name] = other
        else:
            others.append(name)
    return found


def _same_texts(one: Sequence[Any], other: Sequence[Any]) -> bool:
    """Equal in all rows, and texts or nothing: 1, 1.0 and True are equal too, but not the same."""
    return list(one) == list(other) and {*map(type, one), *map(type, other)} <= {str, type(None)}


def images(row: Sequence[Any]) -> Iterator[tuple[str, Any, dict[str, Any] | None]]:
    """What a row of a ledger line holds: (table, key, image), one or those of a whole sheet."""
    label, key, body = row
    if key is not None or not isinstance(body, dict) or "columns" not in body:
        yield label, key, body
        return
    sheet = Sheet.read(label, body)
    names, lists = list(sheet.columns), list(sheet.columns.values())
    for place, number in enumerate(sheet.keys):
        image = {**sheet.same, sheet.key: number}
        image |= {name: values[place] for name, values in zip(names, lists, strict=True)}
        for column, inside in sheet.parts.items():
            image[column] = {name: v[place] for name, v in inside.items() if v[place] != ""}
        yield label, number, image
