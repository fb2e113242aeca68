"""Checks of a record's elements 元数据项: what the record type says of each, told by the codes a check answers for."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext


class ElementCheck(Check):
    """Tells those problems of the elements whose codes are its own."""

    property = Property.AUTHENTICITY
    needs_values = True
    codes: frozenset[str]

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Every element of the record."""
        for problem in context.problems(self.codes):
            yield context.finding(
                problem.code.replace("_", "-"), zh=problem.message_zh, en=problem.message_en,
                element=problem.element, value=context.values.get(problem.element, ""),
            )  # fmt: skip
