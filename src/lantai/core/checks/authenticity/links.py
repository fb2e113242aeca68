"""1-11 元数据是否关联内容数据: every file named exists, every file there is named."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext


class MetadataLinksContent(Check):
    """Paths are looked up in the index of the package, so none can lead out of it."""

    id = "1-11"
    property = Property.AUTHENTICITY
    name_zh = "元数据是否关联内容数据"
    name_en = "metadata linked to content"
    clauses = ("DA/T 70-2018 1-11",)

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Files that metadata names."""
        if not context.item.files:
            yield context.finding("no-content")
        for file in context.item.files:
            parts = file.path.split("/")
            if ".." in parts or "" in parts or ":" in parts[0]:
                yield context.finding("path-unsafe", value=file.path)
            elif context.index.file(file.path) is None:
                yield context.finding("file-missing", file.path)

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """Files that no metadata names."""
        for path in context.index.unclaimed():
            yield context.finding("file-orphan", path)
