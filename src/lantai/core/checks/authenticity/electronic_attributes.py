"""1-10 内容数据的电子属性一致性: real size and format against what the metadata says."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext


class ElectronicAttributesAgree(Check):
    """Size in bytes, PRONOM id, media type, and the extension against the signature."""

    id = "1-10"
    property = Property.AUTHENTICITY
    name_zh = "内容数据的电子属性一致性"
    name_en = "electronic attributes agree"
    clauses = ("DA/T 70-2018 1-10", "DA/T 46-2009 M46-M50")
    needs_metadata = False

    def examine_file(self, context: CheckContext) -> Iterator[Remark]:
        """What was recorded against what is there."""
        file, reading = context.file, context.reading
        if reading is None:
            return
        if file.size >= 0 and file.size != reading.size:
            yield context.finding("size-differs", expected=file.size, observed=reading.size)
        real = reading.identification
        if file.puid and file.puid != real.puid:
            yield context.finding("format-differs", expected=file.puid, observed=real.puid)
        elif file.mime and real.mime and not file.puid and not _same_type(file.mime, real.mime):
            yield context.finding("format-differs", expected=file.mime, observed=real.mime)
        if "extension mismatch" in real.warning:
            yield context.finding("extension-differs", observed=f"{real.name} {real.puid}")

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Sizes that are no numbers."""
        for fault in context.faults("size-not-a-number"):
            yield context.finding("size-not-a-number", fault.path, value=fault.detail)


def _same_type(said: str, real: str) -> bool:
    """Registries give several names to one type: any of them will do."""
    names = {name.strip().lower() for name in real.split(",")}
    return said.strip().lower() in names
