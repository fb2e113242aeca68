"""Importing cases 批量立件: a row of a table begins a matter, by the same verb as the start form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from lantai.core.desks.case_values import FILES, read_fields
from lantai.core.desks.cases import CaseDefinition, Field
from lantai.core.tables.table import Row
from lantai.core.text import strip_controls
from lantai.foundation.desks.cases.definitions import rules_for
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import open_case, require_fit
from lantai.foundation.desks.tables.reading import (
    Figures,
    Line,
    Sent,
    Unknown,
    folded,
    matched,
    read_table,
)
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act

SOURCE = Field("_source", "来源编号", "Source key", help_zh="同一编号只立一次件", max_length=100)
TITLE = Field("_title", "事由", "Title", required=True, max_length=300)


def asked_of(rules: CaseDefinition) -> tuple[Field, ...]:
    """The columns of a table: the source's key, the title where people write it, the start form."""
    title = () if rules.title else (TITLE,)
    return (SOURCE, *title, *(e for e in rules.fields if e.datatype not in FILES))


def why_not(rules: CaseDefinition) -> tuple[str, str]:
    """(中文, English) why matters of this kind cannot be begun from a table; empty when they can."""
    files = [e for e in rules.fields if e.datatype in FILES and e.required]
    if not files:
        return "", ""
    zh, en = "、".join(e.label_zh for e in files), ", ".join(e.label_en for e in files)
    return (f"这类事项立件时必须附文件（{zh}），不能从表格导入，请逐件办理。",
            f"A matter of this kind needs files ({en}) from the start: open each by hand.")  # fmt: skip


def columns_of(fields: Sequence[Field]) -> dict[str, str]:
    """A column's heading, folded → the field it fills."""
    found: dict[str, str] = {}
    for entry in sorted(fields, key=lambda one: one.name.startswith("_")):
        for heading in (entry.name, entry.name.lstrip("_"), entry.label_zh, entry.label_en):
            found.setdefault(folded(heading), entry.name)
    return found


def run_import(act: Act, *, definition: str, institution: Institution, sent: Sent) -> Figures:
    """Begin a matter for each row, opened by the institution; one that was begun already stays."""
    rules = rules_for(definition)
    zh, en = why_not(rules)
    if zh:
        raise Refusal(zh, en)
    known = columns_of(asked_of(rules))
    reader = _Reader(act, rules, institution, sent.dry_run)

    def enter(batch: list[Row], unknown: Unknown) -> list[Line]:
        return reader.enter(batch, known, unknown)

    return read_table(sent, enter)


class _Reader:
    """Rows of one table for one institution."""

    def __init__(
        self, act: Act, rules: CaseDefinition, institution: Institution, dry_run: bool
    ) -> None:
        self.act, self.rules, self.institution, self.dry_run = act, rules, institution, dry_run
        self.places: dict[str, str] = {}
        self.tried: set[str] = set()  # sources a dry run would have opened

    def enter(self, batch: list[Row], known: Mapping[str, str], unknown: Unknown) -> list[Line]:
        """What became of each row."""
        lines = []
        for row in batch:
            if row.fault_zh:
                lines.append(("refused", row.fault_zh, row.fault_en))
            else:
                lines.append(self._line(matched(row.values, known, unknown)))
        return lines

    def _line(self, given: dict[str, Any]) -> Line:
        key = strip_controls(str(given.get(SOURCE.name) or "")).strip()
        title = strip_controls(str(given.get(TITLE.name) or "")).strip()
        values, problems = read_fields(self.rules.fields, given, self._place_of)
        if problems:
            zh = "；".join(p.message_zh for p in problems)
            return "refused", zh, "; ".join(p.message_en for p in problems)
        if not self.rules.title and not title:
            return "refused", "请填写“事由”", "Title is required"
        if len(key) > SOURCE.max_length:
            return "refused", f"来源编号超过 {SOURCE.max_length} 字", "the source key is too long"
        source = f"{self.institution.code}/{key or _digest(title, values)}"
        begun = Case.objects.filter(definition=self.rules.id, source=source).first()
        if begun is not None or source in self.tried:
            number = begun.number if begun else ""
            return ("unchanged", f"已立件 {number}；要改请在办件上办理",
                    f"opened already as {number}; change it there")  # fmt: skip
        return self._open(source, title, values)

    def _open(self, source: str, title: str, values: dict[str, Any]) -> Line:
        try:
            if self.dry_run:
                require_fit(self.act, self.rules, self.institution, values)
                self.tried.add(source)
                return "created", "", ""
            made = open_case(
                self.act, definition=self.rules.id, institution=self.institution, title=title,
                data=values, source=source,
            )  # fmt: skip
        except Refusal as refused:
            return "refused", refused.zh, refused.en
        return "created", f"已立件 {made.number}", f"opened as {made.number}"

    def _place_of(self, text: str) -> str:
        if text not in self.places:
            rows = Institution.objects.exclude(kind=Institution.PROVIDER)
            row = rows.filter(code=text).first() or rows.filter(name=text).first()
            self.places[text] = row.code if row else ""
        return self.places[text]


def _digest(title: str, values: Mapping[str, Any]) -> str:
    """The key of a row that names none: the same words are the same matter."""
    body = json.dumps([title, values], ensure_ascii=False, sort_keys=True, default=str)
    return f"row-{hashlib.sha256(body.encode()).hexdigest()[:40]}"
