"""4-7 操作过程安全性: acts were done by known persons, over a trusted way."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext


class ProcessWasSafe(Check):
    """Every act has its agent; accounts and channel are known from the facts."""

    id = "4-7"
    property = Property.SECURITY
    name_zh = "操作过程安全性检测"
    name_en = "safe process"
    clauses = ("DA/T 70-2018 4-7",)
    needs_values = True
    kind = "assisted"

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Who did what."""
        known = context.facts.authorised
        for event in context.item.events:
            if not event.agent.strip():
                yield context.finding("act-without-agent", act=event.act)
            elif known is not None and not known(event.agent, event.time):
                yield context.finding("agent-not-authorised", act=event.act, agent=event.agent)

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """How it came."""
        if not context.facts.channel:
            yield from context.by_evidence("channel-not-proven")
