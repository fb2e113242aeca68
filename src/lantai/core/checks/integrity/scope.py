"""2-9 归档范围: the record belongs to the schedule 三合一, and no clause is without records."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext


class RecordsAreInScope(Check):
    """Asks the schedule through the facts; without one, nothing is judged."""

    id = "2-9"
    property = Property.INTEGRITY
    name_zh = "归档范围"
    name_en = "filing scope"
    clauses = ("DA/T 70-2018 2-9", "机关文件材料归档范围和文书档案保管期限规定")
    needs_values = True
    kind = "assisted"

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Is it in scope."""
        ask = context.facts.in_scope
        if ask is None:
            yield NotApplicable("no schedule given")
        elif objection := ask(context.values):
            yield context.finding("out-of-scope", reason=objection)

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """Is anything missing."""
        ask = context.facts.missing_clauses
        if ask is None:
            yield NotApplicable("no schedule given")
        for clause in ask() if ask else ():
            yield context.finding("clause-without-record", value=clause)
