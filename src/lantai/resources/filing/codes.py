"""Codes 档号编制: the next number of a scope, given under its lock; no gap, and never one twice."""

from __future__ import annotations

from lantai.catalogue.records.models import Record
from lantai.core.identifiers import ReferenceCodeError, ReferenceCodeRule
from lantai.core.schedules import Schedule, next_item_code
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import keep
from lantai.resources.filing.models import CodeCounter, FilingItem
from lantai.resources.filing.queries import type_of


class NotReady(Refusal):
    """The item lacks something that filing needs; each thing is named."""

    code = "not-ready"


def issue_code(item: FilingItem, schedule: Schedule) -> None:
    """The next number of its scope, under the lock of the scope's row; never one twice."""
    clause = schedule.by_no[item.clause_no]
    category = schedule.category(clause.category)
    rule = category.rule if category else None
    if category is None or rule is None:
        raise NotReady(
            f"门类 {clause.category} 没有档号规则，请修订三合一制度。",
            f"Category {clause.category} has no rule for reference codes.",
        )
    parts = item.values | {"record_class": category.code, "class2": category.class2 or
                           item.values.get("class2", "")}  # fmt: skip
    try:
        scope = next_item_code(rule, parts).scope
        counter = _counter(item.unit, scope)
        code = next_item_code(rule, parts, [counter.last])
    except ReferenceCodeError as problem:
        raise NotReady(
            f"“{item}”编不出档号：{problem.message_zh}",
            f"No code for “{item}”: {problem.message_en}",
        ) from None
    counter.last = code.number
    counter.save(update_fields=["last"])
    keep(counter)
    item.reference_code = code.text
    item.values |= {"reference_code": code.text, rule.last_part: str(code.number)}
    _align(item, rule)


def _align(item: FilingItem, rule: ReferenceCodeRule) -> None:
    """The number as the description writes it: padded as in the code where the type has it."""
    width = rule.width(rule.last_part)
    if rule.last_part in type_of(item).by_name:
        item.values[rule.last_part] = item.values[rule.last_part].zfill(width)
    else:
        item.values.pop(rule.last_part, None)


def _counter(unit: Institution, scope: str) -> CodeCounter:
    """The scope's row, locked; a new one begins after the highest number in use anywhere."""
    found = CodeCounter.objects.select_for_update().filter(unit=unit, scope=scope).first()
    if found is None:
        CodeCounter.objects.bulk_create(
            [CodeCounter(unit=unit, scope=scope, last=_highest(unit, scope))],
            ignore_conflicts=True,
        )
        found = CodeCounter.objects.select_for_update().get(unit=unit, scope=scope)
    return found


def _highest(unit: Institution, scope: str) -> int:
    stem = f"{scope}-"
    codes: list[str] = list(
        FilingItem.objects.filter(unit=unit, reference_code__startswith=stem)
        .order_by("pk")
        .values_list("reference_code", flat=True)
    )
    if unit.archives_id:
        rows = Record.objects.filter(holder_id=unit.archives_id, reference_code__startswith=stem)
        codes += list(rows.order_by("pk").values_list("reference_code", flat=True))
    tails = [code.removeprefix(stem) for code in codes]
    return max((int(t) for t in tails if t.isascii() and t.isdigit()), default=0)
