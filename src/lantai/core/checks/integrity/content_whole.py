"""2-7 内容数据完整性: no empty file, and as many pages as the description says."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext


class ContentIsWhole(Check):
    """Pages are counted where the record has one main file whose format has pages."""

    id = "2-7"
    property = Property.INTEGRITY
    name_zh = "内容数据完整性"
    name_en = "content whole"
    clauses = ("DA/T 70-2018 2-7",)
    needs_metadata = False

    def examine_file(self, context: CheckContext) -> Iterator[Remark]:
        """Bytes first, then pages."""
        reading = context.reading
        if reading is None:
            return
        if reading.size == 0:
            yield context.finding("empty-file")
            return
        pages = context.values.get("pages", "")
        main = [file for file in context.item.files if file.role != "附属文档"]
        if not (pages.isascii() and pages.isdecimal()) or main != [context.file]:
            return
        real = reading.pages if reading.identification.format_id in {"pdf", "ofd"} else None
        if real is not None and real != int(pages[:9]):
            yield context.finding("pages-differ", expected=pages, observed=real)
