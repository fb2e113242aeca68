"""3-8 信息包中内容数据格式合规性: no encryption, no compression that hides files."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext

_ARCHIVES = (
    "application/zip", "application/x-rar-compressed", "application/vnd.rar",
    "application/x-7z-compressed", "application/gzip", "application/x-gzip", "application/x-tar",
    "application/x-bzip2", "application/x-xz",
)  # fmt: skip


class NothingIsClosed(Check):
    """Records are handed over decrypted and uncompressed (档发〔2012〕7号; DA/T 92-2022)."""

    id = "3-8"
    property = Property.USABILITY
    name_zh = "信息包中包含的内容数据格式合规性"
    name_en = "no encryption or closed compression"
    clauses = ("DA/T 70-2018 3-8", "DA/T 92-2022 9.2")
    needs_metadata = False

    def examine_file(self, context: CheckContext) -> Iterator[Remark]:
        """Encrypted, or an archive of other files."""
        reading = context.reading
        if reading is None or reading.size == 0:
            yield NotApplicable("an empty file: 2-7 says so")
            return
        if any(problem.code == "encrypted" for problem in reading.problems):
            yield context.finding("encrypted")
        known = reading.identification
        types = {name.strip() for name in known.mime.split(",")}
        if types & set(context.parameter("archives", _ARCHIVES)):
            yield context.finding("compressed", observed=known.name or known.mime)
