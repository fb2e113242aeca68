"""2-8 附件数据完整性: every annex listed in the description is in the package."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext

_PARTS = re.compile(r"[\n；;]+")
_COUNT = re.compile(r"^\s*(\d{1,3})\s*[件个份]?\s*$")


class AnnexesArePresent(Check):
    """附件 is a list of names, or a number; annex files have the role 附属文档."""

    id = "2-8"
    property = Property.INTEGRITY
    name_zh = "附件数据完整性"
    name_en = "annexes present"
    clauses = ("DA/T 70-2018 2-8",)
    needs_values = True

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """As many annex files as annexes listed."""
        text = context.values.get("annexes", "").strip()
        names = [part.strip() for part in _PARTS.split(text) if part.strip()]
        count = _COUNT.match(text)
        expected = int(count[1]) if count else len(names)
        if not expected:
            yield NotApplicable("no annex is listed")
            return
        files = [file for file in context.item.files if file.role == "附属文档"]
        present = [file for file in files if context.index.file(file.path) is not None]
        if len(present) < expected:
            yield context.finding("annex-missing", expected=expected, observed=len(present))
