"""3-4 内容数据可读性: the file opens."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext


class ContentOpens(Check):
    """Opened in a worker process with limits; a format without a reader is not judged."""

    id = "3-4"
    property = Property.USABILITY
    name_zh = "内容数据可读性"
    name_en = "content opens"
    clauses = ("DA/T 70-2018 3-4",)
    needs_metadata = False

    def examine_file(self, context: CheckContext) -> Iterator[Remark]:
        """What keeps it from being opened; encryption is 3-8, emptiness 2-7, seals 1-1."""
        reading = context.reading
        if reading is None or reading.size == 0:
            yield NotApplicable("an empty file: 2-7 says so")
            return
        if not reading.identification.format_id:
            yield NotApplicable("no reader for this format")
        for problem in reading.problems:
            if problem.code in {"encrypted", "empty", "altered"}:
                continue
            fault = {"needs-tool": "needs-tool"}.get(problem.code, "does-not-open")
            if problem.severity != "error":
                fault = "opens-with-warning"
            yield context.finding(fault, zh=problem.message_zh, en=problem.message_en)
