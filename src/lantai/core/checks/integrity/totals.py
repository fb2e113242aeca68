"""2-1 总件数相符性: as many records as the explanation, the catalogue and the register say."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext


class ItemCountAgrees(Check):
    """Each source that gives a number is compared."""

    id = "2-1"
    property = Property.INTEGRITY
    name_zh = "总件数相符性"
    name_en = "number of items"
    clauses = ("DA/T 70-2018 2-1", "GB/T 18894-2016 A.1")

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """Explanation file, catalogue file, hand-over register."""
        found, manifest = context.totals.items, context.package.manifest
        claims = [
            ("说明文件", "explanation file", manifest.item_count if manifest else None),
            ("目录文件", "catalogue file", context.index.listed_count() or None),
            ("移交登记表", "register", context.facts.registered_items),
        ]
        said = [(zh, en, number) for zh, en, number in claims if number is not None]
        if not said:
            yield NotApplicable("no number is given")
        for zh, en, number in said:
            if number != found:
                yield context.finding(
                    "differs", "说明文件.TXT", zh=zh, en=en, expected=number, observed=found
                )
