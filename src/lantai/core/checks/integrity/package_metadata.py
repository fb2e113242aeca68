"""2-10 信息包元数据完整性: every record has its metadata, every file its electronic attributes."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext


class PackageMetadataIsComplete(Check):
    """电子属性 of DA/T 46 (M46-M50): name, size, format; and the digests."""

    id = "2-10"
    property = Property.INTEGRITY
    name_zh = "信息包元数据完整性"
    name_en = "metadata of the package complete"
    clauses = ("DA/T 70-2018 2-10", "DA/T 93-2022 附录B", "DA/T 46-2009 M46-M50")

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """One metadata file, and a full entry for each content file."""
        item = context.item
        if not item.metadata_path:
            yield context.finding("no-metadata-file")
            return
        for fault in context.faults("eep-structure"):
            yield context.finding(fault.code, fault.path, reason=fault.detail)
        for file in item.files if item.values else ():
            lacking = [
                label for label, there in (
                    ("计算机文件大小", file.size >= 0),
                    ("格式信息", bool(file.mime or file.puid or file.format)),
                ) if not there
            ]  # fmt: skip
            if lacking:
                yield context.finding("attributes-missing", file.path, fields="、".join(lacking))
        if context.index.saw("2-10.folder", item.folder, item.metadata_path) is not None:
            yield context.finding("two-metadata-files", item.folder)
