"""2-4 元数据必填著录项目: mandatory elements are not empty."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext


class MandatoryElementsAreFilled(Check):
    """Blanks are no content."""

    id = "2-4"
    property = Property.INTEGRITY
    name_zh = "元数据必填著录项目完整性"
    name_en = "mandatory elements filled"
    clauses = ("DA/T 70-2018 2-4", "DA/T 18-2022")
    needs_values = True

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Those present and blank."""
        for element in context.record_type().elements:
            if element.obligation != "mandatory" or element.name not in context.values:
                continue
            if not context.values[element.name].strip():
                yield context.finding("empty", element=element.label_zh, name=element.label_en)
