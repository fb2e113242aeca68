"""4-2 病毒感染: no file carries what a virus engine knows."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext


class FilesAreNotInfected(Check):
    """The standard test signature is found here; anything else needs an engine."""

    id = "4-2"
    property = Property.SECURITY
    name_zh = "病毒感染检测"
    name_en = "virus infection"
    clauses = ("DA/T 70-2018 4-2",)
    kind = "assisted"
    needs_metadata = False

    def examine_file(self, context: CheckContext) -> Iterator[Remark]:
        """One file, by our signature and by the engine if there is one."""
        reading, engine = context.reading, context.facts.antivirus
        if reading is None:
            return
        if reading.has_test_virus:
            yield context.finding("infected", virus="EICAR-Test-File")
            return
        if engine is None:
            yield NotApplicable("no virus engine")
            return
        try:
            found = engine.scan(reading.path)
        except OSError as problem:
            yield context.manual("not-scanned", reason=problem)
            return
        if found:
            yield context.finding("infected", virus=found)

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """Without an engine a person must have the package scanned."""
        if context.facts.antivirus is None:
            yield from context.by_evidence("no-engine")
