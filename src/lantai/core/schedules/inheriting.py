"""Inheriting 集团继承: what a company's schedule must keep of the one its group has in force."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.schedules.least_terms import years_of
from lantai.core.schedules.schedule import Schedule
from lantai.core.schedules.validity import ScheduleProblem
from lantai.core.terms import vocabulary
from lantai.core.text import fold


def below_the_group(group: Schedule, own: Schedule) -> Iterator[ScheduleProblem]:
    """Clauses kept shorter than by the group, and classes of the group that are left out.

    A clause is the same when it has the same words; what the group does not name is the company's.
    """
    words = vocabulary("retention")
    fixed = {fold(clause.full_text or clause.text): clause for clause in group.leaves}
    for clause in own.leaves:
        above = fixed.get(fold(clause.full_text or clause.text))
        if above is None:
            continue
        least, years = years_of(above.retention), years_of(clause.retention)
        if least is not None and years is not None and years < least:
            zh, en = words.label(above.retention, "zh"), words.label(above.retention, "en")
            yield ScheduleProblem(
                "group", clause.no, "error",
                f"条款 {clause.no} 的期限短于集团现行制度第 {above.no} 条的{zh}",
                f"clause {clause.no} is below {en} of clause {above.no} of the group",
            )  # fmt: skip
    there = {category.key for category in own.categories}
    for category in group.categories:
        if category.key not in there:
            yield ScheduleProblem(
                "group", category.key, "warning",
                f"集团现行制度有门类 {category.key} {category.label_zh}，本单位没有列入",
                f"the group has class {category.key}, which is left out here",
            )  # fmt: skip
