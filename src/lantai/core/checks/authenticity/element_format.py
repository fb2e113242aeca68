"""1-3 元数据项数据类型、格式: dates are dates, numbers are numbers."""

from __future__ import annotations

from lantai.core.checks.elements import ElementCheck


class FormatsFit(ElementCheck):
    """Judged by the record type's elements."""

    id = "1-3"
    name_zh = "元数据项数据类型、格式"
    name_en = "types and formats of elements"
    clauses = ("DA/T 70-2018 1-3", "DA/T 18-2022", "DA/T 46-2009")
    codes = frozenset(["not_a_date", "not_a_number", "not_a_year", "not_a_time", "not_a_duration"])
