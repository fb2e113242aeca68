"""4-6 光盘合格性检测: the values of a disc tester."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext


class DiscIsSound(Check):
    """A person or a device judges; on line there is no carrier, so it does not apply."""

    id = "4-6"
    property = Property.SECURITY
    name_zh = "光盘合格性检测"
    name_en = "quality of the disc"
    clauses = ("DA/T 70-2018 4-6",)
    kind = "manual"
    needs_metadata = False

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """By the evidence entered."""
        yield from context.by_carrier_evidence()
