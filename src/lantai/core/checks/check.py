"""What a check 检测项 is: an item of DA/T 70-2018, what it looks at, and what it may say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from lantai.core.checks.context import CheckContext
from lantai.core.checks.finding import Finding, NotApplicable, Outcome, Property, Remark, Stage
from lantai.core.checks.plan import Plan

__all__ = [
    "Check",
    "CheckContext",
    "Finding",
    "NotApplicable",
    "Outcome",
    "Property",
    "Remark",
    "Stage",
    "slug",
]


class Check:
    """One item. A subclass overrides what it looks at: each file, each record, the package.

    A method yields `Finding`s (made by ``context.finding``), or `NotApplicable`; yielding
    nothing is a pass. ``needs_metadata``: does not apply to plain files.
    """

    id: ClassVar[str] = ""
    property: ClassVar[Property] = Property.AUTHENTICITY
    name_zh: ClassVar[str] = ""
    name_en: ClassVar[str] = ""
    clauses: ClassVar[tuple[str, ...]] = ()
    stages: ClassVar[tuple[Stage, ...]] = tuple(Stage)
    kind: ClassVar[str] = "auto"  # auto, assisted (with facts from outside), manual
    severity: ClassVar[str] = ""  # in plans that do not name the item; "" = they do not run it
    words: ClassVar[Mapping[str, Mapping[str, str]]] = {}  # own words by fault, as messages.toml
    needs_metadata: ClassVar[bool] = True
    needs_values: ClassVar[bool] = False  # of a record: nothing to judge when none could be read

    def clause(self) -> str:
        """Where the item comes from."""
        return "; ".join(self.clauses) or f"DA/T 70-2018 {self.id}"

    def examine_file(self, context: CheckContext) -> Iterator[Remark]:
        """Look at ``context.file`` through ``context.reading``."""
        return iter(())

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Look at ``context.item``."""
        return iter(())

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """Look at the whole, after every item was met."""
        return iter(())

    @classmethod
    def is_in(cls, plan: Plan, stage: Stage) -> bool:
        """Whether a plan runs it at a stage: it names the item, or the item brings a severity."""
        if stage not in cls.stages:
            return False
        return plan.includes(cls.id, stage) or bool(cls.severity and cls.id not in plan.items)

    def run(self, context: CheckContext) -> Iterator[Remark]:
        """What it has to say at the present level of the context."""
        if context.level == "file":
            return self.examine_file(context)
        if context.level == "item":
            return self.examine_item(context)
        return self.examine_package(context)

    def looks_at(self, level: str) -> bool:
        """Whether it has something to do at a level: file, item or package."""
        name = f"examine_{level}"
        return getattr(type(self), name) is not getattr(Check, name)


def slug(check_id: str) -> tuple[int, int]:
    """Sort key of `1-12`: by numbers."""
    first, _, second = check_id.partition("-")
    return int(first), int(second or 0)
