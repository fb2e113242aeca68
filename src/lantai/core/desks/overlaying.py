"""Adapting 修订: an archives' own words, limits and fields laid over a shipped definition.

A definition is plain data; an adaptation is data too: what to set at the top, in a row of a
table (found by its name), and which rows to add. The shipped file stays as it is.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ROW_KEYS = ("name", "id", "code")  # what a row of a table is found by
MOST_ADDED = 60


@dataclass(frozen=True)
class Difference:
    """One thing that an adaptation changes: where, from what, to what."""

    place: str
    before: str
    after: str


def adapt(data: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The definition's data with the changes laid over it.

    ``changes``: {"top": {key: value}, "rows": {table: {row: {key: value}}}, "added": {table: [row]},
    "removed": {table: [row's name]}}. A change of a row that is no longer there has no effect.
    """
    made = copy.deepcopy(dict(data))
    made.update(changes.get("top", {}))
    for table, names in changes.get("removed", {}).items():
        made[table] = [row for row in made.get(table, []) if row_name(row) not in names]
    for table, rows in changes.get("rows", {}).items():
        for row in made.get(table, []):
            row.update(rows.get(row_name(row), {}))
    for table, added in changes.get("added", {}).items():
        there = {row_name(row) for row in made.get(table, [])}
        fresh = [row for row in added[:MOST_ADDED] if row_name(row) not in there]
        made[table] = [*made.get(table, []), *fresh]
    return made


def row_name(row: Mapping[str, Any]) -> str:
    """What a row of a definition's table is called."""
    return next((str(row[key]) for key in ROW_KEYS if key in row), "")


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What changed between two states of a definition, in the order of the file."""
    return list(_differences(before, after))


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if _is_table(old) or _is_table(new):
            yield from _row_differences(key, old or [], new or [])
        else:
            yield Difference(key, _plain(old), _plain(new))


def _row_differences(table: str, old: list[Any], new: list[Any]) -> Iterator[Difference]:
    was = {row_name(row): row for row in old}
    now = {row_name(row): row for row in new}
    for name in dict.fromkeys((*was, *now)):
        one, other = was.get(name, {}), now.get(name, {})
        if not one or not other:
            yield Difference(f"{table} {name}", _plain(one or None), _plain(other or None))
            continue
        for key in dict.fromkeys((*one, *other)):
            if one.get(key) != other.get(key):
                yield Difference(
                    f"{table} {name} · {key}", _plain(one.get(key)), _plain(other.get(key))
                )


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return "；".join(f"{k}={_plain(v)}" for k, v in value.items())
    if isinstance(value, list):
        return "、".join(_plain(part) for part in value)
    return str(value)
