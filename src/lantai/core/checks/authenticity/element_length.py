"""1-2 元数据项数据长度: no value is longer than its element allows."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext

_CODES = frozenset(["too_long"])


class LengthsFit(Check):
    """Judged by the record type's elements."""

    id = "1-2"
    property = Property.AUTHENTICITY
    name_zh = "元数据项数据长度"
    name_en = "lengths of elements"
    clauses = ("DA/T 70-2018 1-2", "DA/T 18-2022", "DA/T 46-2009")
    needs_values = True

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Every element of the record."""
        for problem in context.problems(_CODES):
            yield context.finding(
                problem.code.replace("_", "-"), zh=problem.message_zh, en=problem.message_en,
                element=problem.element, value=context.values.get(problem.element, ""),
            )  # fmt: skip
