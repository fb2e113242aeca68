"""Lines 行号: where in a definition file a table, or a key of it, stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from lantai.core.desks.case_definition import DefinitionError, Mistake

Place = tuple[str, int, str]  # table, its number from 0, key; ("", 0, key) is above the tables
Fault = tuple[Place, str, str]  # place, 中文, English
D = TypeVar("D")
_TABLE = re.compile(r"^\s*\[\[?([\w.]+)\]?\]")
_AT_LINE = re.compile(r"line (\d+)")


def line_of(text: str, place: Place) -> int:
    """The line of a place in a definition's text; of the table when the key stands nowhere."""
    table, number, key = place
    current, counts, header = "", {"": 0}, 1
    for at, line in enumerate(text.splitlines(), 1):
        found = _TABLE.match(line)
        if found:
            current = found.group(1)
            counts[current] = counts.get(current, -1) + 1
            if (current, counts[current]) == (table, number):
                header = at
        elif (
            key
            and current == table
            and counts.get(current) == number
            and re.match(rf"\s*{re.escape(key)}\s*=", line)
        ):
            return at
    return header


def unreadable(name: str, problem: Exception) -> DefinitionError:
    """The error for a file that is no TOML, at its line."""
    found = _AT_LINE.search(str(problem))
    line = int(found.group(1)) if found else 1
    return DefinitionError(
        [Mistake(name, line, f"TOML 写法有误：{problem}", f"bad TOML: {problem}")]
    )


def read_definition(
    text: str,
    name: str,
    data: Mapping[str, Any] | None,
    *,
    top: Collection[str],
    tables: Mapping[str, Collection[str]],
    build: Callable[[str, Mapping[str, Any]], D],
    find_faults: Callable[[D, Mapping[str, Any]], Iterable[Fault]],
) -> D:
    """Parse (unless ``data`` is given), build and judge; all mistakes in one `DefinitionError`.

    ``top`` are the keys known above the tables, ``tables`` those known in each.
    """
    if data is None:
        try:
            data = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as problem:
            raise unreadable(name, problem) from None
    faults = list(_unknown_keys(data, top, tables))
    if not faults:
        try:
            definition = build(name, data)
            faults = list(find_faults(definition, data))
        except (TypeError, ValueError, AttributeError, LookupError, OverflowError) as problem:
            faults = [(("", 0, ""), f"内容结构有误：{problem}", f"bad structure: {problem}")]
    if faults:
        raise DefinitionError(
            [Mistake(name, line_of(text, place), zh, en) for place, zh, en in faults]
        )
    return definition


def _unknown_keys(
    data: Mapping[str, Any], top: Collection[str], tables: Mapping[str, Collection[str]]
) -> Iterator[Fault]:
    for key in data:
        if key not in top:
            yield ("", 0, key), f"不认识的键 {key}", f"unknown key {key}"
    for kind, known in tables.items():
        rows = data.get(kind, [])
        if not isinstance(rows, list):
            yield (kind, 0, ""), f"{kind} 应写成 [[{kind}]]", f"{kind} must be [[{kind}]] tables"
            continue
        for number, row in enumerate(rows):
            for key in row:
                if key not in known:
                    zh, en = f"[[{kind}]] 不认识的键 {key}", f"unknown key {key} in [[{kind}]]"
                    yield (kind, number, key), zh, en
