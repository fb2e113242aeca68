"""3-3 内容数据格式: the format is known and on the list for long-term keeping."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext
from lantai.core.formats import risk_of


class FormatsAreAccepted(Check):
    """By signature; the list is the table of format risks (GB/T 18894 8.3, DA/T 47)."""

    id = "3-3"
    property = Property.USABILITY
    name_zh = "内容数据格式合规性"
    name_en = "formats accepted"
    clauses = ("DA/T 70-2018 3-3", "GB/T 18894-2016 8.3.1", "DA/T 47-2009")
    needs_metadata = False

    def examine_file(self, context: CheckContext) -> Iterator[Remark]:
        """What it is, what that means for keeping, and whether the class is kept in it."""
        if context.reading is None or context.reading.size == 0:
            yield NotApplicable("an empty file: 2-7 says so")
            return
        known = context.reading.identification
        risk = risk_of(known)
        shown = f"{known.name or known.puid} {known.version}".strip()
        by_name_only = risk.level == "unknown" and "match on extension only" in known.warning
        if known.puid == "UNKNOWN" or by_name_only:
            yield context.finding("unknown")
        elif risk.level == "unknown":
            yield context.finding("not-listed", observed=shown)
        elif risk.action == "quarantine":
            yield context.finding("refused", observed=shown, zh=risk.reason_zh, en=risk.reason_en)
        elif risk.level == "at-risk":
            yield context.finding(
                "at-risk", observed=shown, zh=risk.reason_zh, en=risk.reason_en,
                target=risk.target or "PDF/A、OFD",
            )  # fmt: skip
        else:
            expected = tuple(context.parameter("expected", ()))
            if expected and not known.mime.startswith(expected):
                yield context.finding("not-expected", observed=shown)
