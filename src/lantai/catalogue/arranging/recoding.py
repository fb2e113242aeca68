"""Re-issuing codes 重编档号: which records of a moved branch need another code, by the fonds' rule.

A code is read by the rule of the class it stands in, its class or volume changed, and the scope
so reached compared with the scope it has. The same scope: the code stays. So asking again about
a record that has its new code finds nothing to do, and a job cut off goes on where it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Record
from lantai.core.description.record_type import record_types
from lantai.core.identifiers import (
    ReferenceCode,
    ReferenceCodeError,
    ReferenceCodeRule,
    normalise_reference_code,
)
from lantai.core.schedules import next_item_code
from lantai.foundation.institutions.models import Institution
from lantai.governance.schedules.queries import plan_in_force, schedule_of

COLUMNS = (
    "pk", "parent_id", "level", "record_class", "reference_code", "year", "retention", "organ",
    "description", "title",
)  # fmt: skip
_VOLUME = re.compile(r"\{volume_no(?::\d+)?\}")


def key_of(record_class: str, description: Mapping[str, Any]) -> str:
    """The key of the category 门类 that a record stands in."""
    class2 = str(description.get("class2") or "")
    return f"{record_class}·{class2}" if class2 else record_class


@dataclass(frozen=True)
class Rules:
    """The rules of a fonds by category key, and where they are from."""

    by_key: Mapping[str, ReferenceCodeRule]
    source: str  # the schedule's version, "" for the record types' own rules

    def rule(self, key: str, level: str) -> ReferenceCodeRule | None:
        """The rule of a category for items, or for its files 案卷: up to the volume's number."""
        found = self.by_key.get(key) or self.by_key.get(key.partition("·")[0])
        if found is None or level == Record.ITEM:
            return found
        return volume_rule(found) if level == Record.FILE else None


def rules_of(fonds: Fonds) -> Rules:
    """By the schedule 三合一 in force at the fonds' maker; without one, by the record types."""
    plan = plan_in_force(fonds.creator, timezone.localdate()) if fonds.creator else None
    if plan is not None:
        return Rules(schedule_of(plan).reference_code_rules, f"{plan.unit.code}@{plan.version}")
    own: dict[str, ReferenceCodeRule] = {}
    for kind in record_types().all().values():
        if kind.reference_code_rule is not None:
            key = f"{kind.code}·{kind.class2}" if kind.class2 else kind.code
            own.setdefault(key, kind.reference_code_rule)
    return Rules(own, "")


def volume_rule(rule: ReferenceCodeRule) -> ReferenceCodeRule | None:
    """The rule as far as the volume's number; None where files have no number."""
    found = _VOLUME.search(rule.template)
    if found is None:
        return None
    head = rule.template[: found.end()]
    if head.count("[") > head.count("]"):
        before, _bracket, after = head.rpartition("[")
        head = before + after
    return replace(rule, id=f"{rule.id}-volume", template=head)


def numbered_by(fonds: Fonds) -> Institution:
    """Whose counter numbers the fonds' records."""
    return fonds.creator or fonds.holder


@dataclass(frozen=True)
class Wanted:
    """A new code is wanted: the rule, its parts and the scope they lead to."""

    rule: ReferenceCodeRule
    parts: Mapping[str, Any]
    scope: str


@dataclass(frozen=True)
class Verdict:
    """What becomes of a record: its category's key afterwards, and its code."""

    category: str
    wanted: Wanted | None = None
    why: str = ""  # why the code stays: same | none | no_rule | not_by_rule | missing


@dataclass(frozen=True)
class Recoder:
    """Judges the records of one move: what stood in ``from_key`` stands in ``to_key`` now."""

    fonds_code: str
    rules: Rules
    from_key: str
    to_key: str

    def moves(self, row: Mapping[str, Any]) -> bool:
        """Does the record stand in the class that was left?"""
        now = key_of(row["record_class"], row["description"])
        return now == self.from_key != self.to_key

    def judge(self, row: Mapping[str, Any], parent: Mapping[str, Any] | None) -> Verdict:
        """``row`` and its parent's row by `COLUMNS`; the parent's code is the one it has now."""
        now = key_of(row["record_class"], row["description"])
        key = self.to_key if now == self.from_key else now
        code = normalise_reference_code(row["reference_code"])
        if not code:
            return Verdict(key, why="none")
        rule = self.rules.rule(key, row["level"])
        if rule is None:
            return Verdict(key, why="no_rule")
        old = self._read(code, key, row["level"]) or self._read(code, self.from_key, row["level"])
        if old is None:
            return Verdict(key, why="not_by_rule")
        return self._compared(key, rule, row, old, parent)

    def _compared(
        self,
        key: str,
        rule: ReferenceCodeRule,
        row: Mapping[str, Any],
        old: ReferenceCode,
        parent: Mapping[str, Any] | None,
    ) -> Verdict:
        parts = self._parts(key, row, old, parent)
        if old.rule_id == rule.id and all(
            str(parts[n]) == v for n, v in old.parts.items() if n != rule.last_part
        ):
            return Verdict(key, why="same")
        try:
            scope = next_item_code(rule, parts).scope
        except ReferenceCodeError:
            return Verdict(key, why="missing")
        if scope == old.scope:
            return Verdict(key, why="same")
        return Verdict(key, Wanted(rule, parts, scope))

    def _read(self, code: str, key: str, level: str) -> ReferenceCode | None:
        """The code by the rule of a category, else by the general grammar in the same class."""
        rule = self.rules.rule(key, level)
        try:
            if rule is not None:
                return ReferenceCode.parse(code, rule)
        except ReferenceCodeError:
            pass
        try:
            read = ReferenceCode.parse(code)
        except ReferenceCodeError:
            return None
        return read if read.parts.get("record_class") == key.partition("·")[0] else None

    def _parts(
        self,
        key: str,
        row: Mapping[str, Any],
        old: ReferenceCode,
        parent: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        told = {k: v for k, v in row["description"].items() if isinstance(v, str)}
        told |= {n: row[n] for n in ("year", "retention", "organ") if row[n]}
        head, _dot, class2 = key.partition("·")
        parts = {**told, "fonds": self.fonds_code, **old.parts, "record_class": head}
        if class2:
            parts["class2"] = class2
        if parent is not None and parent["level"] == Record.FILE and row["level"] == Record.ITEM:
            file = self._read(normalise_reference_code(parent["reference_code"]), key, Record.FILE)
            if file is not None and "volume_no" in file.parts:
                parts["volume_no"] = file.parts["volume_no"]
        return parts
