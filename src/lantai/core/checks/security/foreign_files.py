"""4-3 载体中多余文件: nothing lies in the package that no manifest names."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext


class NothingIsForeign(Check):
    """Against the manifests; without one, against the metadata (1-11)."""

    id = "4-3"
    property = Property.SECURITY
    name_zh = "载体中多余文件检测"
    name_en = "foreign files"
    clauses = ("DA/T 70-2018 4-3",)
    needs_metadata = False

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """Disk against manifests."""
        if not context.index.algorithms():
            if not context.has_metadata:
                yield NotApplicable("no manifest")
                return
            for path in context.index.unclaimed():
                yield context.finding("foreign-file", path)
            return
        for path in context.index.present_but_unlisted():
            yield context.finding("foreign-file", path)
