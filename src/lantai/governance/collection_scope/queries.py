"""Questions to the scope rules in force: is this taken in, and if not by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lantai.foundation.desks.cases.models import Case
from lantai.foundation.institutions.models import Institution

REGISTER = "collection-scope"
CASE = "scope_rules"
FROZEN = "approved_rules"  # in the case's data: the rules as they were approved
TAKE, REFUSE = "take", "refuse"
ALL_UNITS = ("", "全部", "全部进馆单位", "all")


@dataclass(frozen=True)
class ScopeRule:
    """One rule 条款 of an archives' scope: whose documents, which class and period, taken or not."""

    number: str
    unit: str
    record_class: str
    retentions: tuple[str, ...]
    first_year: int | None
    last_year: int | None
    taken: bool

    def concerns(self, unit: Institution) -> bool:
        """Does it speak of this unit?"""
        return self.unit in ALL_UNITS or self.unit in (unit.code, unit.name)

    def fits(self, values: Mapping[str, Any]) -> bool:
        """Does it speak of a document of this class, period and year?"""
        if self.record_class and self.record_class != values.get("record_class", ""):
            return False
        if self.retentions and values.get("retention", "") not in self.retentions:
            return False
        year = _year(values.get("year"))
        if year is None:
            return True
        return (self.first_year or 0) <= year <= (self.last_year or 9999)


@dataclass(frozen=True)
class Objection:
    """Why something is not taken in: in words, with the rule and the next step."""

    zh: str
    en: str


def rules_in_force(archives: Institution) -> list[ScopeRule]:
    """The rules as the authority approved them and the archives issued them; else none.

    They are read from the case, where nobody changes them, not from the register's lines.
    """
    issued = Case.objects.filter(
        definition=CASE, state="issued", parties__institution=archives
    ) | Case.objects.filter(definition=CASE, state="issued", institution=archives)
    last = issued.order_by("-closed_at", "-pk").first()
    return [_rule(values) for values in (last.data.get(FROZEN, []) if last else [])]


def objection_to(
    rules: Iterable[ScopeRule], unit: Institution, values: Mapping[str, Any]
) -> Objection | None:
    """Why a document of the unit is outside the scope; None when it is inside, or no rule stands."""
    every = list(rules)
    if not every:
        return None
    own = [rule for rule in every if rule.concerns(unit)]
    if not any(rule.taken for rule in own):
        return Objection(
            f"{unit.name}不在收集范围的进馆单位之内；请与档案馆联系增列单位，或改向应接收的档案馆移交。",
            f"{unit.name} is not among the units of the scope rules; ask the archives to add it.",
        )
    against = next((rule for rule in own if not rule.taken and rule.fits(values)), None)
    if against is not None:
        return Objection(
            f"收集范围第 {against.number} 条规定不收：{_said(values)}。请从批次中移出，留在本单位保管。",
            f"Rule {against.number} of the scope says it is not taken: leave it out of the batch.",
        )
    if any(rule.taken and rule.fits(values) for rule in own):
        return None
    numbers = "、".join(rule.number for rule in own if rule.taken)
    return Objection(
        f"不在收集范围内：{_said(values)}（{unit.name}适用第 {numbers} 条）。请从批次中移出；"
        "确需进馆的，请档案馆修改细则并报批。",
        f"Outside the scope (rules {numbers}): leave it out, or have the rules changed.",
    )


def _said(values: Mapping[str, Any]) -> str:
    parts = [f"门类 {values.get('record_class') or '（空）'}"]
    if values.get("retention"):
        parts.append(f"保管期限 {values['retention']}")
    if values.get("year"):
        parts.append(f"{values['year']} 年")
    return "，".join(parts)


def _rule(values: Mapping[str, Any]) -> ScopeRule:
    return ScopeRule(
        number=str(values.get("rule_no", "")),
        unit=str(values.get("unit", "")).strip(),
        record_class=str(values.get("record_class", "")),
        retentions=tuple(values.get("retentions") or ()),
        first_year=_year(values.get("first_year")),
        last_year=_year(values.get("last_year")),
        taken=values.get("taken") == TAKE,
    )


def _year(value: Any) -> int | None:
    text = str(value or "")[:4]
    return int(text) if text.isdecimal() else None
