"""1-12 说明文件和目录文件规范性: both are there, read, filled in, and agree with the records."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext
from lantai.core.packages.transfer.catalogue_file import MANDATORY
from lantai.core.packages.transfer.explanation import missing_fields

_COMPARED = ("title", "creator", "date", "retention", "secrecy", "pages")
_READING = (
    "explanation-missing", "explanation-not-text", "catalogue-missing", "catalogue-not-open",
    "catalogue-not-readable",
)  # fmt: skip


class ListsAreProper(Check):
    """Fields of DA/T 93-2022 annex B."""

    id = "1-12"
    property = Property.AUTHENTICITY
    name_zh = "说明文件和目录文件规范性"
    name_en = "explanation and catalogue files"
    clauses = ("DA/T 70-2018 1-12", "DA/T 93-2022 附录B")

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """The record stands in the catalogue, with the same values."""
        item = context.item
        context.index.saw("code", item.reference_code, item.name)
        if not item.values or not context.index.listed_count():
            return
        if not item.listed:
            yield context.finding("not-listed")
        for name in _COMPARED:
            said, own = item.listed.get(name, "").strip(), item.values.get(name, "").strip()
            if said and own and said != own:
                yield context.finding(
                    "listed-differs", element=context.label(name), listed=said, own=own
                )

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """Both files themselves, and lines without a record."""
        for fault in context.faults(*_READING):
            yield context.finding(fault.code, fault.path, reason=fault.detail)
        manifest = context.package.manifest
        for field in missing_fields(manifest) if manifest else ():
            yield context.finding("field-empty", "说明文件.TXT", field=field)
        for code, line, text in context.index.listed_rows():
            row = json.loads(text)
            empty = [context.label(n) for n in MANDATORY if n != "secrecy" and not row.get(n)]
            if empty:
                yield context.finding("line-incomplete", line=line, fields="、".join(empty))
            if code and not context.index.was_seen("code", code):
                yield context.finding("line-without-record", line=line, value=code)
