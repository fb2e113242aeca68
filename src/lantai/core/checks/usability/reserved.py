"""3-7: an item whose name in the standard is not verified; its place is kept, nothing is judged."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext


class ReservedUsability(Check):
    """Never passes: not applicable until the item's text is known."""

    id = "3-7"
    property = Property.USABILITY
    name_zh = "预留项（名称待核实）"
    name_en = "reserved item, name to be verified"
    kind = "manual"
    needs_metadata = False

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """Nothing to judge."""
        yield NotApplicable("the item's name in the standard is not verified")
