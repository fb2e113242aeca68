"""1-8 元数据项数据重复性: no two records share a key that must be their own."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext


class KeysAreUnique(Check):
    """Keys come from the plan; 档号 is also asked of the catalogue when facts allow."""

    id = "1-8"
    property = Property.AUTHENTICITY
    name_zh = "元数据项数据重复性"
    name_en = "repeated values"
    clauses = ("DA/T 70-2018 1-8",)
    needs_values = True

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Meet the keys of this record."""
        for name in context.parameter("keys", ["reference_code"]):
            value = context.values.get(name, "").strip()
            if not value:
                continue
            first = context.index.saw(f"1-8.{name}", value, context.item.name)
            if first is not None:
                where = context.item.metadata_path
                yield context.finding(
                    f"twice-{name.replace('_', '-')}", where, value=value, first=first
                )
        taken = context.facts.code_exists
        code = context.item.reference_code
        if taken is not None and code and taken(code):
            yield context.finding("code-taken", value=code)
