"""2-6 连续性元数据项: running numbers without gap inside each class."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext
from lantai.core.identifiers import ReferenceCode, ReferenceCodeError

_REASON = "缺号说明"


class NumbersAreContinuous(Check):
    """By the last number of 档号; a gap explained in 说明文件 (缺号说明) is only noted."""

    id = "2-6"
    property = Property.INTEGRITY
    name_zh = "连续性元数据项"
    name_en = "continuous numbers"
    clauses = ("DA/T 70-2018 2-6", "DA/T 13-2022")
    needs_values = True

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Note the number of this record."""
        try:
            code = ReferenceCode.parse(context.item.reference_code)
        except ReferenceCodeError:
            yield NotApplicable("no reference code that can be read: 1-7 says so")
            return
        context.index.number(code.scope, code.number)

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """Gaps between the numbers met, and where they start."""
        manifest = context.package.manifest
        reason = manifest.other.get(_REASON, "") if manifest else ""
        start = context.parameter("start", {}).get(context.stage.value, 0)
        for scope, number in context.index.starts():
            if start and number > start:
                fault = "explained" if reason else "starts-late"
                yield context.finding(fault, "目录文件.XML", scope=scope, first=start,
                                      last=number - 1, reason=reason)  # fmt: skip
        for scope, first, last in context.index.gaps():
            fault = "explained" if reason else "gap"
            yield context.finding(
                fault, "目录文件.XML", scope=scope, first=first, last=last, reason=reason
            )
