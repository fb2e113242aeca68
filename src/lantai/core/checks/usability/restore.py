"""3-6 备份数据可恢复性: what was restored in the last drill is what was kept."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark, Stage
from lantai.core.checks.context import CheckContext


class BackupsCanBeRestored(Check):
    """The drill is the preservation desk's; without its result a person must hold one."""

    id = "3-6"
    property = Property.USABILITY
    name_zh = "备份数据可恢复性"
    name_en = "backups can be restored"
    clauses = ("DA/T 70-2018 3-6", "DA/T 92-2022")
    kind = "assisted"
    needs_metadata = False

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """Ask for the drill."""
        ask = context.facts.restore_sample
        if ask is None:
            if context.stage is Stage.PRESERVATION:
                yield context.manual("no-drill")
            else:
                yield NotApplicable("no backup exists before preservation")
            return
        for objection in ask():
            yield context.finding("drill-failed", reason=objection)
