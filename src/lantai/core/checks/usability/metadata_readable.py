"""3-1 信息包中元数据可读性: the XML parses, says what it is, and says anything at all."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext

_CODES = ("metadata-not-xml", "metadata-empty")


class MetadataIsReadable(Check):
    """Well-formed, without entities, in the encoding it declares."""

    id = "3-1"
    property = Property.USABILITY
    name_zh = "信息包中元数据可读性"
    name_en = "metadata readable"
    clauses = ("DA/T 70-2018 3-1",)

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """This record's metadata file."""
        for fault in context.faults(*_CODES):
            yield context.finding(fault.code, fault.path, reason=fault.detail)

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """A package without any record."""
        if context.totals.items == 0:
            yield context.finding("no-record", context.package.identifier)
