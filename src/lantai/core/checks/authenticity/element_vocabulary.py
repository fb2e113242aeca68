"""1-4 设定值域符合度: coded values stand in their code list."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext

_CODES = frozenset(["not_in_vocabulary"])


class ValuesAreListed(Check):
    """Judged by the record type's elements."""

    id = "1-4"
    property = Property.AUTHENTICITY
    name_zh = "设定值域符合度"
    name_en = "values within their vocabularies"
    clauses = ("DA/T 70-2018 1-4", "DA/T 18-2022", "DA/T 46-2009")
    needs_values = True

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Every element of the record."""
        for problem in context.problems(_CODES):
            yield context.finding(
                problem.code.replace("_", "-"), zh=problem.message_zh, en=problem.message_en,
                element=problem.element, value=context.values.get(problem.element, ""),
            )  # fmt: skip
