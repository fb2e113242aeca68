"""1-8 元数据项数据重复性: no two records share a key that must be their own."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext
from lantai.core.checks.messages import all_words


class KeysAreUnique(Check):
    """Keys come from the plan; 档号 is also asked of the catalogue when facts allow.

    ``fiscal_year+voucher_no`` is one key of two elements: it is told of by its last.
    """

    id = "1-8"
    property = Property.AUTHENTICITY
    name_zh = "元数据项数据重复性"
    name_en = "repeated values"
    clauses = ("DA/T 70-2018 1-8",)
    needs_values = True

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Meet the keys of this record."""
        for name in context.parameter("keys", ["reference_code"]):
            parts = [context.values.get(part, "").strip() for part in name.split("+")]
            if not parts[-1]:
                continue
            first = context.index.saw(f"1-8.{name}", "\n".join(parts), context.item.name)
            if first is not None:
                yield self.twice(context, name.split("+")[-1], parts[-1], first)
        taken = context.facts.code_exists
        code = context.item.reference_code
        if taken is not None and code and taken(code):
            yield context.finding("code-taken", value=code)

    def twice(self, context: CheckContext, element: str, value: str, first: str) -> Remark:
        """In the words of the element when it has some, else in those of any element."""
        fault = f"twice-{element.replace('_', '-')}"
        if f"{self.id}.{fault}" not in all_words():
            fault = "twice"
        return context.finding(
            fault, context.item.metadata_path,
            label=context.label(element), element=element, value=value, first=first,
        )  # fmt: skip
