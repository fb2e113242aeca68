"""3-2 目标数据库中元数据可访问性: what was imported reads back as it was in the package."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext


class MetadataReadsBack(Check):
    """Asks the catalogue through the facts; before import, nothing is judged."""

    id = "3-2"
    property = Property.USABILITY
    name_zh = "目标数据库中元数据可访问性"
    name_en = "metadata in the target database"
    clauses = ("DA/T 70-2018 3-2",)
    needs_values = True
    kind = "assisted"

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Every value of the package against the row."""
        ask = context.facts.database_values
        if ask is None:
            yield NotApplicable("not imported yet")
            return
        row = ask(context.item.reference_code)
        if row is None:
            yield context.finding("row-absent")
            return
        for name, value in context.values.items():
            if name in row and row[name].strip() != value.strip():
                yield context.finding(
                    "row-differs", element=context.label(name), own=value, row=row[name]
                )
