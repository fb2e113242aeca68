"""1-2 元数据项数据长度: no value is longer than its element allows."""

from __future__ import annotations

from lantai.core.checks.elements import ElementCheck


class LengthsFit(ElementCheck):
    """Judged by the record type's elements."""

    id = "1-2"
    name_zh = "元数据项数据长度"
    name_en = "lengths of elements"
    clauses = ("DA/T 70-2018 1-2", "DA/T 18-2022", "DA/T 46-2009")
    codes = frozenset(["too_long"])
