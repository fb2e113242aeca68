"""2-2 总字节数相符性: as many bytes as the explanation and the register say."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext


class ByteCountAgrees(Check):
    """Only exact figures are held against the sum; those in GB are rounded."""

    id = "2-2"
    property = Property.INTEGRITY
    name_zh = "总字节数相符性"
    name_en = "number of bytes"
    clauses = ("DA/T 70-2018 2-2",)

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """Content files only: lists and metadata are no holdings."""
        manifest = context.package.manifest
        found = context.index.totals("content")[1]
        claims = [
            ("说明文件", "explanation file", manifest.byte_count if manifest else None),
            ("移交登记表", "register", context.facts.registered_bytes),
        ]
        said = [(zh, en, number) for zh, en, number in claims if number is not None]
        if not said:
            yield NotApplicable("no exact number of bytes is given")
        for zh, en, number in said:
            if number != found:
                yield context.finding(
                    "differs", "说明文件.TXT", zh=zh, en=en, expected=number, observed=found
                )
