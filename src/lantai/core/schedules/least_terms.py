"""Least terms 最低保管期限: what the orders and special rules set, held against a schedule.

The tables are data (``minimums.toml``): words that a clause names, and the least term for it. A row
that was not verified against the order's text says so and warns; a verified one forbids.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from lantai.core.schedules.schedule import Clause, Schedule
from lantai.core.terms import vocabulary

_MINIMUMS = Path(__file__).with_name("minimums.toml")
_PERMANENT_BASIS = re.compile(r"8\s*号令\s*第七条")  # 永久 by its own basis
FOREVER = 1_000_000
Shortfall = tuple[Clause, str, str, str]


def years_of(retention: str) -> int | None:
    """Years of a code, permanent as a million; None when it is no code of today."""
    term = vocabulary("retention").get(retention)
    if retention == "Y":
        return FOREVER
    if retention not in vocabulary("retention") or (term and term.extra.get("legacy")):
        return None
    return int(retention[1:])


@cache
def least_terms() -> tuple[dict[str, Any], ...]:
    """The rows of the tables, in their order."""
    with _MINIMUMS.open("rb") as stream:
        return tuple(tomllib.load(stream)["minimum"])


def shortfalls(schedule: Schedule) -> Iterator[Shortfall]:
    """(clause, severity, Chinese, English) of each clause whose term is shorter than allowed."""
    for clause in schedule.leaves:
        years = years_of(clause.retention)
        if years is None:
            continue
        if years < FOREVER and _PERMANENT_BASIS.search(clause.basis):
            short = (_word(clause.retention, "zh"), _word(clause.retention, "en"))
            zh = f"条款 {clause.no} 的依据是{clause.basis}（永久保管），期限却是{short[0]}"
            en = f"clause {clause.no} cites {clause.basis} (permanent) but keeps {short[1]}"
            yield clause, "error", zh, en
            continue
        rule = next((r for r in least_terms() if _broken(r, schedule, clause, years)), None)
        if rule is not None:
            yield clause, *_said(rule, clause)


def _broken(rule: dict[str, Any], schedule: Schedule, clause: Clause, years: int) -> bool:
    """Does the rule speak of the clause, and ask for more?"""
    return (
        clause.category == rule["category"]
        and rule.get("order", schedule.order) == schedule.order
        and years < (years_of(rule["retention"]) or 0)
        and any(word in clause.full_text for word in rule["words"])
        and not any(word in clause.full_text for word in rule.get("unless", ()))
    )


def _said(rule: dict[str, Any], clause: Clause) -> tuple[str, str, str]:
    zh = f"条款 {clause.no} 的期限短于{rule['source']}规定的{_word(rule['retention'], 'zh')}"
    en = f"clause {clause.no} is below {_word(rule['retention'], 'en')} of {rule['source']}"
    if rule.get("verified", True):
        return "error", zh, en
    return (
        "warning",
        f"{zh}（对照表待核实，由主管部门审定）",
        f"{en} (the table is unverified: the authority decides)",
    )


def _word(retention: str, language: str) -> str:
    return vocabulary("retention").label(retention, language)
