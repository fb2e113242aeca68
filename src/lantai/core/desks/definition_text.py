"""The text of a definition file 定义文件: where in it a key stands, so that a mistake has a line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from lantai.core.desks.case_definition import DefinitionError, Mistake

Place = tuple[str, int, str]  # table, its number from 0, key; ("", 0, key) is above the tables
Fault = tuple[Place, str, str]  # place, 中文, English
D = TypeVar("D")
_HEADER = re.compile(r"^\s*\[\[?([\w.]+)\]\]?")
_KEY = re.compile(r"^\s*([\w-]+)\s*=")
_AT = re.compile(r"at line (\d+), column (\d+)")
LARGEST = 1_000_000  # characters: the longest definition is some tens of thousands


@dataclass(frozen=True)
class Places:
    """Lines of a file by (table, which one, key); a key that is not found gives its table's line."""

    file: str
    lines: dict[tuple[str, int, str], int] = field(default_factory=dict)

    def line(self, table: str, index: int = 0, key: str = "") -> int:
        """1 when nothing better is known."""
        found = self.lines.get((table, index, key)) or self.lines.get((table, index, ""))
        return found or 1

    def mistake(self, table: str, index: int, key: str, zh: str, en: str) -> Mistake:
        """A mistake at that place."""
        return Mistake(self.file, self.line(table, index, key), zh, en)


def places_in(file: str, text: str) -> Places:
    """Go through the text once."""
    places = Places(file)
    counts: dict[str, int] = {}
    table, index = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header:
            table = header.group(1)
            index = counts.get(table, 0)
            counts[table] = index + 1
            places.lines[(table, index, "")] = number
            continue
        key = _KEY.match(line)
        if key:
            places.lines.setdefault((table, index, key.group(1)), number)
    return places


def read_toml(path: Path, text: str | None = None) -> tuple[dict[str, Any], Places]:
    """The tables and the places; a `DefinitionError` with the line when it is not TOML."""
    try:
        text = path.read_text(encoding="utf-8") if text is None else text
    except UnicodeDecodeError:
        raise DefinitionError(
            [Mistake(path.name, 1, "文件不是 UTF-8 编码", "the file is not UTF-8")]
        ) from None
    if len(text) > LARGEST:
        raise DefinitionError([Mistake(path.name, 1, "文件过大", "the file is too large")])
    try:
        return tomllib.loads(text), places_in(path.name, text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        at = _AT.search(str(problem))
        line = int(at.group(1)) if at else max(1, text.count("\n"))
        column = f"第 {at.group(2)} 列" if at else "末尾"
        mistake = Mistake(
            path.name, line, f"TOML 写法有误，{column}附近；看看引号、等号、括号是否成对",
            f"bad TOML: {problem}",
        )  # fmt: skip
        raise DefinitionError([mistake]) from None


def unknown_keys(
    places: Places, table: str, index: int, row: Any, known: set[str], needed: str = ""
) -> list[Mistake]:
    """Keys of a table that nobody knows, and the one it must have."""
    if not isinstance(row, dict):
        return [
            places.mistake(table, index, "", f"[[{table}]] 应是一张表", f"[[{table}]] is no table")
        ]
    found = []
    if needed and not row.get(needed):
        found.append(
            places.mistake(
                table, index, "", f"[[{table}]] 没有 {needed}", f"[[{table}]] has no {needed}"
            )
        )
    for key in row:
        if key not in known:
            near = _nearest(key, known)
            zh = f"[[{table}]] 不认识的键 {key}" if table else f"不认识的键 {key}"
            found.append(
                places.mistake(
                    table, index, key, zh + (f"，是不是 {near}？" if near else ""),
                    f"unknown key {key} in [[{table}]]" + (f"; {near}?" if near else ""),
                )
            )  # fmt: skip
    return found


def _nearest(word: str, known: set[str]) -> str:

    found = get_close_matches(word, sorted(known), 1)
    return found[0] if found else ""


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
    places = places_in(name, text)
    if data is None:
        data, places = read_toml(Path(name), text)
    mistakes = unknown_keys(places, "", 0, dict(data), set(top))
    for kind, known in tables.items():
        mistakes += _rows_unknown(places, kind, data.get(kind, []), set(known))
    if mistakes:
        raise DefinitionError(mistakes)
    try:
        definition = build(name, data)
        faults = list(find_faults(definition, data))
    except (TypeError, ValueError, AttributeError, LookupError, OverflowError) as problem:
        faults = [(("", 0, ""), f"内容结构有误：{problem}", f"bad structure: {problem}")]
    if faults:
        raise DefinitionError([places.mistake(*place, zh, en) for place, zh, en in faults])
    return definition


def _rows_unknown(places: Places, kind: str, rows: Any, known: set[str]) -> list[Mistake]:
    if not isinstance(rows, list):
        return [
            places.mistake(
                kind, 0, "", f"{kind} 应写成 [[{kind}]]", f"{kind} must be [[{kind}]] tables"
            )
        ]
    found = []
    for index, row in enumerate(rows):
        found += unknown_keys(places, kind, index, row, known)
    return found
