"""2-5 过程信息完整性: the acts that must have been done are recorded, in order, with their time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext


class ProcessIsRecorded(Check):
    """Which acts: the plan, by stage (GB/T 18894-2016 table of process metadata)."""

    id = "2-5"
    property = Property.INTEGRITY
    name_zh = "过程信息完整性"
    name_en = "process information"
    clauses = ("DA/T 70-2018 2-5", "GB/T 18894-2016", "DA/T 46-2009 M80-M84")
    needs_values = True

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Presence, then order, then time."""
        events = context.item.events
        required = context.parameter("acts", [])
        done = [event.act for event in events]
        for act in required:
            if act not in done:
                yield context.finding("act-absent", act=act)
        met = [act for act in done if act in required]
        if sorted(set(met), key=met.index) != [act for act in required if act in met]:
            yield context.finding("out-of-order", acts="、".join(met))
        before: datetime | None = None
        for event in events:
            moment = _moment(event.time)
            if moment is None:
                yield context.finding("time-not-understood", act=event.act, value=event.time)
                continue
            if before is not None and moment < before:
                yield context.finding("time-goes-back", act=event.act, value=event.time)
            before = moment


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
