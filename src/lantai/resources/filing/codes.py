"""Codes 档号编制: an item is given the next code of its scope; no gap, and never one twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from lantai.catalogue.codes.counting import next_codes
from lantai.core.identifiers import ReferenceCodeError, ReferenceCodeRule
from lantai.core.schedules import Category, Schedule, next_item_code
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import Refusal
from lantai.resources.filing.models import FilingItem
from lantai.resources.filing.queries import type_of


class NotReady(Refusal):
    """The item lacks something that filing needs; each thing is named."""

    code = "not-ready"


def issue_code(item: FilingItem, schedule: Schedule) -> None:
    """The next number of its scope, under the lock of the scope's row; never one twice."""
    rule, parts = _rule_and_parts(item, schedule)
    unit = item.unit
    try:
        (code,) = next_codes(unit, unit.archives_id, rule, parts, others=partial(_filed, unit))
    except ReferenceCodeError as problem:
        raise NotReady(
            f"“{item}”编不出档号：{problem.message_zh}",
            f"No code for “{item}”: {problem.message_en}",
        ) from None
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


def scope_of(item: FilingItem, schedule: Schedule) -> str:
    """The scope its code will count in, "" when that cannot be told yet."""
    fonds = item.unit.fonds_code or schedule.fonds
    try:
        rule, parts = _rule_and_parts(item, schedule)
        return next_item_code(rule, {**parts, "fonds": fonds}).scope
    except (NotReady, ReferenceCodeError, KeyError):
        return ""


def _rule_and_parts(
    item: FilingItem, schedule: Schedule
) -> tuple[ReferenceCodeRule, Mapping[str, Any]]:
    clause = schedule.by_no[item.clause_no]
    category: Category | None = schedule.category(clause.category)
    if category is None or category.rule is None:
        raise NotReady(
            f"门类 {clause.category} 没有档号规则，请修订三合一制度。",
            f"Category {clause.category} has no rule for reference codes.",
        )
    parts = item.values | {"record_class": category.code, "class2": category.class2 or
                           item.values.get("class2", "")}  # fmt: skip
    return category.rule, parts


def _filed(unit: Institution, stem: str) -> Iterable[str]:
    """Codes beginning so of documents that are still at the unit."""
    rows = FilingItem.objects.filter(unit=unit, reference_code__startswith=stem)
    return rows.order_by("pk").values_list("reference_code", flat=True)
