"""1-13 信息包目录结构规范性: the folders are laid out as the transfer rules say."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext
from lantai.core.packages.transfer import folder_name


class FoldersAreLaidOut(Check):
    """Layout A: `<全宗号>/<分类…>/<档号>`, at least four levels with the package's own folder."""

    id = "1-13"
    property = Property.AUTHENTICITY
    name_zh = "信息包目录结构规范性"
    name_en = "folder structure of the package"
    clauses = ("DA/T 70-2018 1-13", "DA/T 93-2022 附录B")
    needs_metadata = False

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Where this record lies."""
        item, values = context.item, context.values
        if context.package.layout != "A" or not item.folder:
            yield NotApplicable("no layout of folders is demanded")
            return
        parts = item.folder.split("/")
        if len(parts) + 1 < int(context.parameter("depth", 4)):
            yield context.finding("too-shallow", item.folder)
        fonds = folder_name(values.get("fonds", ""))
        if fonds and parts[0] != fonds:
            yield context.finding("not-under-fonds", item.folder, fonds=fonds)

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """Links, depth, names that collide, unknown entries on top."""
        for fault in context.faults("link", "too-deep", "folder-not-readable"):
            yield context.finding(fault.code, fault.path)
        for file in context.index.files():
            if unicodedata.normalize("NFC", file.path) != file.path:
                yield context.finding("name-not-nfc", file.path)
            first = context.index.saw("case", file.path.casefold(), file.path)
            if first is not None and first != file.path:
                yield context.finding("name-collides", file.path, other=first)
            if context.has_metadata and "/" not in file.path and file.kind == "content":
                yield context.finding("unknown-on-top", file.path)
