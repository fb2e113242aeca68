"""4-4 载体读取速度检测: measured against the drive's base line."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext


class CarrierReadsFast(Check):
    """A person or a device judges; on line there is no carrier, so it does not apply."""

    id = "4-4"
    property = Property.SECURITY
    name_zh = "载体读取速度检测"
    name_en = "reading speed of the carrier"
    clauses = ("DA/T 70-2018 4-4",)
    kind = "manual"
    needs_metadata = False

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """By the evidence entered."""
        yield from context.by_carrier_evidence()
