"""The table of elements an EEP holds 封装包元素表, as data."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any


@functools.cache
def fields() -> tuple[dict[str, Any], ...]:
    """The containers between 聚合层次 and 信息系统描述, in order."""
    path = Path(__file__).with_name("fields.toml")
    return tuple(tomllib.loads(path.read_text("utf-8"))["group"])


@functools.cache
def names() -> dict[tuple[str, str], str]:
    """(container, element) → canonical name."""
    found: dict[tuple[str, str], str] = {}
    for group in fields():
        if "element" in group:
            found["文件实体", group["name"]] = group["element"]
        for child in group.get("children", ()):
            found[group["name"], child["name"]] = child["element"]
        if "mixed" in group:
            found["文件实体", group["name"]] = group["mixed"]
    return found
