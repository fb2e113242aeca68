"""2-3 元数据项完整性: every element the record type demands stands in the metadata."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext


class ElementsArePresent(Check):
    """The element is there, filled or not; whether it is filled is 2-4."""

    id = "2-3"
    property = Property.INTEGRITY
    name_zh = "元数据项完整性"
    name_en = "elements present"
    clauses = ("DA/T 70-2018 2-3", "DA/T 46-2009", "DA/T 18-2022")
    needs_values = True

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Mandatory elements without a default, and those the plan adds."""
        kind = context.record_type()
        needed = {e.name: e.label_zh for e in kind.elements
                  if e.obligation == "mandatory" and not e.default}  # fmt: skip
        for name in context.parameter("also", []):
            needed.setdefault(name, context.label(name))
        for name, label in needed.items():
            if name not in context.values and name not in context.parameter("except", []):
                yield context.finding("absent", element=label, name=name)
