"""1-7 档号规范性: the code follows its rule and agrees with the parts stored beside it."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext
from lantai.core.identifiers import (
    PART_LABELS,
    ReferenceCode,
    ReferenceCodeError,
    normalise_reference_code,
)
from lantai.core.packages.transfer import folder_name


class ReferenceCodesFollowTheRule(Check):
    """By the rule of the receiving archives if it gave one, else by the grammar of DA/T 13."""

    id = "1-7"
    property = Property.AUTHENTICITY
    name_zh = "档号规范性"
    name_en = "reference codes by rule"
    clauses = ("DA/T 70-2018 1-7", "DA/T 13-2022")
    needs_values = True

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Whole match, equal parts, folder of the same name."""
        text = context.item.reference_code
        if not text:
            yield NotApplicable("no reference code: 2-3 and 2-4 say so")
            return
        chooser = context.facts.reference_rule
        try:
            code = ReferenceCode.parse(text, chooser(context.values) if chooser else None)
        except ReferenceCodeError as problem:
            yield context.finding("not-by-rule", zh=problem.message_zh, en=problem.message_en)
            return
        if normalise_reference_code(text) != text:
            yield context.finding("not-normalised", normal=code.text)
        for part, mine, theirs in code.differences(context.values):
            zh, en = PART_LABELS.get(part, (part, part))
            yield context.finding("part-differs", zh=zh, en=en, mine=mine, theirs=theirs)
        folder = context.item.folder.rpartition("/")[2]
        if context.package.layout == "A" and folder and folder != folder_name(text):
            yield context.finding("folder-differs", folder=folder)
