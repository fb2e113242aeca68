"""Columns 列: which element a column of the file stands for, by known names or by a map."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from lantai.core.description.element import dictionary
from lantai.core.text import fold
from lantai.foundation.refusal import Refusal

KNOWN = Path(__file__).with_name("columns.toml")
SPECIAL = ("_source_id", "_text", "_level", "_rest", "_ignored")
REASON = "未导入原因"  # the column of a refused row that says why


class MapRefused(Refusal):
    """对照表不能用: the map names what is not an element."""

    code = "map-refused"


@cache
def known_names() -> Mapping[str, str]:
    """Element (or ``_…``) by folded column name."""
    names: dict[str, str] = {}
    for element in dictionary().values():
        for name in (element.name, element.label_zh, element.label_en):
            names.setdefault(_key(name), element.name)
    with KNOWN.open("rb") as stream:
        for element, given in tomllib.load(stream).items():
            names |= {_key(name): element for name in given}
    return names


def mapping_for(columns: Iterable[str], chosen: Mapping[str, str] | None = None) -> dict[str, str]:
    """Element by column: chosen ones first, then known names; "" for a column nobody knows."""
    chosen = chosen or {}
    return {
        column: chosen[column] if column in chosen else known_names().get(_key(column), "")
        for column in columns
    }


def read_map(path: Path) -> dict[str, str]:
    """A saved map: TOML or JSON, column name → element; `MapRefused` when it is not one."""
    try:
        text = path.read_text(encoding="utf-8")
        data = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as fault:
        raise MapRefused(
            f"对照表 {path.name} 读不出来，应为 TOML 或 JSON：列名 = 著录项。",
            f"The map {path.name} cannot be read ({fault}); give TOML or JSON: column = element.",
        ) from fault
    return checked_map(data)


def checked_map(data: object) -> dict[str, str]:
    """The map when all it names is known; else `MapRefused`."""
    if not isinstance(data, dict):
        raise MapRefused("对照表应为“列名 = 著录项”。", "A map is column = element.")
    allowed = {*dictionary(), *SPECIAL, "", "id", "text"}
    unknown = sorted(str(v) for v in data.values() if v not in allowed)
    if unknown:
        raise MapRefused(
            f"对照表里有不认识的著录项：{'、'.join(unknown[:5])}。",
            f"The map names unknown elements: {', '.join(unknown[:5])}.",
        )
    other = {"id": "_source_id", "text": "_text"}
    return {str(column): other.get(element, element) for column, element in data.items()}


def _key(name: str) -> str:
    return re.sub(r"[\s_\-/]+", "", fold(name.strip()))
