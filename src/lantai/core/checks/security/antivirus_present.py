"""4-1 系统环境是否安装杀毒软件: a virus engine is there and its signatures are fresh."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext


class VirusEngineIsPresent(Check):
    """Without an engine a person must say what guards this machine; it never passes."""

    id = "4-1"
    property = Property.SECURITY
    name_zh = "系统环境中是否安装杀毒软件"
    name_en = "virus engine present"
    clauses = ("DA/T 70-2018 4-1",)
    kind = "assisted"
    needs_metadata = False

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """Which engine, how old."""
        engine = context.facts.antivirus
        if engine is None:
            yield from context.by_evidence("no-engine")
            return
        made = engine.signatures_date()
        limit = int(context.parameter("days", 7))
        if made is None:
            yield context.manual("age-unknown", engine=engine.name)
        elif (context.today - made).days > limit:
            yield context.finding(
                "signatures-old", engine=engine.name, date=made.isoformat(), days=limit
            )
