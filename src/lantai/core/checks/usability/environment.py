"""3-5 软硬件环境合规性: the environment is stated, and a reader for each format is registered."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext


class EnvironmentIsKnown(Check):
    """The statement is in 说明文件; the register of readers comes with the facts."""

    id = "3-5"
    property = Property.USABILITY
    name_zh = "软硬件环境合规性"
    name_en = "software and hardware environment"
    clauses = ("DA/T 70-2018 3-5",)

    def examine_file(self, context: CheckContext) -> Iterator[Remark]:
        """Is there a reader."""
        ask = context.facts.environment
        if ask is None or context.reading is None:
            yield NotApplicable("no register of readers")
            return
        known = context.reading.identification
        if not ask(known.puid, known.mime):
            yield context.finding("no-reader", observed=f"{known.name} {known.puid}")

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """Is it stated."""
        manifest = context.package.manifest
        if manifest is None:
            yield NotApplicable("no explanation file")
        elif not (manifest.environment or {"硬件环境", "软件环境"} & set(manifest.other)):
            yield context.finding("not-stated", "说明文件.TXT")
