"""Validity of a schedule 三合一审查: the checks an archives authority makes before it agrees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lantai.core.description import record_types
from lantai.core.schedules.least_terms import shortfalls, years_of
from lantai.core.schedules.schedule import Clause, Schedule
from lantai.core.terms import vocabulary
from lantai.core.text import fold

_PAIRS = (("重要的", "一般的"), ("重要事项", "一般事项"), ("综合性", "专项"))
_PARTS = re.compile(r"[、，；。：:（）()\s]+")
_SHORTEST = 4  # characters: a shorter piece of a clause names no document
_EMPTY_TEXT = re.compile(r"(其他|其它|其他材料|其他文件|其他有关材料|等)?")


@dataclass(frozen=True)
class ScheduleProblem:
    """One finding. ``where`` is a clause number, a category key, an office code or empty."""

    code: str
    where: str
    severity: str  # error or warning
    message_zh: str
    message_en: str


def validate_schedule(schedule: Schedule) -> list[ScheduleProblem]:
    """All findings; a schedule with an error may not take effect."""
    return [
        *_numbers(schedule),
        *_retentions(schedule),
        *_texts(schedule),
        *_offices(schedule),
        *_categories(schedule),
        *_pairs(schedule),
        *_overlaps(schedule),
        *(
            _error("minimum", c.no, zh, en, severity)
            for c, severity, zh, en in shortfalls(schedule)
        ),
    ]


def _error(code: str, where: str, zh: str, en: str, severity: str = "error") -> ScheduleProblem:
    return ScheduleProblem(code, where, severity, zh, en)


def _numbers(schedule: Schedule) -> Iterator[ScheduleProblem]:
    """Numbers run on from 1 without a gap at every level."""
    for parent in ["", *schedule.by_no]:
        numbers = [int(c.no.rpartition(".")[2]) for c in schedule.children(parent)]
        if numbers != list(range(1, len(numbers) + 1)):
            zh, en = _gap(numbers)
            yield _error(
                "number",
                parent,
                f"{f'条款 {parent} 之下的' if parent else '一级条款的'}编号不连续：{zh}",
                f"numbers below {parent or 'the top'} do not run on: {en}",
            )


def _gap(numbers: list[int]) -> tuple[str, str]:
    """What is missing, or that the order is wrong."""
    missing = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
    if not missing:
        return "次序不对或有重复", "out of order, or twice"
    first, last = missing[0], missing[-1]
    if first == last:
        return f"缺 {first}", f"{first} is missing"
    return f"{first} 至 {last} 之间有缺", f"some of {first} to {last} are missing"


def _retentions(schedule: Schedule) -> Iterator[ScheduleProblem]:
    leaves = {clause.no for clause in schedule.leaves}
    for clause in schedule.clauses:
        if clause.no not in leaves:
            if clause.retention:
                yield _error(
                    "retention",
                    clause.no,
                    f"条款 {clause.no} 有下级，不应有保管期限",
                    f"clause {clause.no} has clauses below and may have no retention",
                )
        elif not clause.retention:
            yield _error(
                "retention",
                clause.no,
                f"条款 {clause.no} 没有保管期限",
                f"clause {clause.no} has no retention",
            )
        elif years_of(clause.retention) is None:
            yield _error(
                "retention",
                clause.no,
                f"条款 {clause.no} 的期限“{clause.retention}”不合规",
                f"clause {clause.no}: retention {clause.retention!r} is not allowed",
            )


def _texts(schedule: Schedule) -> Iterator[ScheduleProblem]:
    seen: dict[tuple[str, str], str] = {}
    for clause in schedule.leaves:
        if _EMPTY_TEXT.fullmatch(clause.text.strip()):
            yield _error(
                "text",
                clause.no,
                f"条款 {clause.no} 只写了“{clause.text}”",
                f"clause {clause.no} says only {clause.text!r}",
            )
        key = (clause.category, fold(clause.full_text))
        if key in seen:
            yield _error(
                "duplicate",
                clause.no,
                f"条款 {clause.no} 与 {seen[key]} 相同",
                f"clause {clause.no} repeats {seen[key]}",
            )
        seen.setdefault(key, clause.no)


def _overlaps(schedule: Schedule) -> Iterator[ScheduleProblem]:
    """The same document named by two clauses with unlike terms: it could be filed under either."""
    named: dict[tuple[str, str], Clause] = {}
    for clause in schedule.leaves:
        for part in dict.fromkeys(_PARTS.split(fold(clause.text))):
            if len(part) < _SHORTEST:
                continue
            first = named.setdefault((clause.category, part), clause)
            if first is clause or first.retention == clause.retention:
                continue
            if first.parent_no != clause.parent_no and first.organ != clause.organ:
                continue  # each office's own
            yield _error(
                "overlap",
                clause.no,
                f"条款 {clause.no} 与 {first.no} 都写了“{part}”，期限却不同，同一件可归入两处",
                f"clauses {clause.no} and {first.no} both name {part!r} with unlike terms",
                "warning",
            )


def _offices(schedule: Schedule) -> Iterator[ScheduleProblem]:
    used = {clause.organ for clause in schedule.leaves}
    for office in schedule.offices:
        if office.code not in used:
            yield _error(
                "office",
                office.code,
                f"机构“{office.label_zh}”没有一条条款",
                f"office {office.code} has no clause",
            )
    for clause in schedule.leaves:
        if clause.organ and schedule.office(clause.organ) is None:
            yield _error(
                "office",
                clause.no,
                f"条款 {clause.no}：没有机构代码“{clause.organ}”",
                f"clause {clause.no}: no office {clause.organ!r}",
            )


def _categories(schedule: Schedule) -> Iterator[ScheduleProblem]:
    used = {clause.category for clause in schedule.leaves}
    classes = vocabulary("record_class")
    for category in schedule.categories:
        if category.rule is None:
            yield _error(
                "rule",
                category.key,
                f"门类 {category.key} 没有档号规则",
                f"category {category.key} has no reference code rule",
            )
        if category.code not in classes:
            yield _error(
                "category",
                category.key,
                f"没有门类代码“{category.code}”",
                f"no class code {category.code!r}",
            )
        if category.record_type not in record_types().all():
            yield _error(
                "category",
                category.key,
                f"没有著录类型“{category.record_type}”",
                f"no record type {category.record_type!r}",
            )
        if category.key not in used:
            yield _error(
                "category",
                category.key,
                f"门类 {category.key} 没有归档范围",
                f"category {category.key} has no clause",
            )
    for key in sorted(used - {category.key for category in schedule.categories}):
        yield _error(
            "category",
            key,
            f"条款用到的门类“{key}”不在分类方案中",
            f"category {key!r} is not in the classification scheme",
        )


def _pairs(schedule: Schedule) -> Iterator[ScheduleProblem]:
    for clause in schedule.leaves:
        for one, other in _PAIRS[:2]:
            for word, partner in ((one, other), (other, one)):
                if clause.text.startswith(word) and not _sibling_with(schedule, clause, partner):
                    yield _error(
                        "pair",
                        clause.no,
                        f"条款 {clause.no} 有“{word}”而无“{partner}”",
                        f"clause {clause.no} has {word!r} without {partner!r}",
                        "warning",
                    )


def _sibling_with(schedule: Schedule, clause: Clause, word: str) -> bool:
    return any(c.text.startswith(word) for c in schedule.children(clause.parent_no))
