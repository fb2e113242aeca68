"""Importing returns 报表导入: the cells of one form or of many, by the verb of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lantai.core.desks.return_checking import read_cells
from lantai.foundation.desks.returns.definitions import definition_of
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound
from lantai.foundation.desks.returns.operations import fill_form
from lantai.foundation.desks.returns.presenting import mark_of, state_words
from lantai.foundation.desks.returns.queries import forms_for, values_of
from lantai.foundation.desks.tables.cells import CellDesk, Wrong
from lantai.foundation.policy import decide
from lantai.foundation.work import Act


class FormCells(CellDesk):
    """The forms of one round, as one person may fill them in."""

    def __init__(self, act: Act, round_: ReturnRound) -> None:
        self.act, self.round, self.definition = act, round_, definition_of(round_)
        self.rows = forms_for(act.by).filter(round=round_)

    def indicators(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        """What is filled in by hand: by code, by number, by label, as an export heads it."""
        shown = [e for e in self.definition.indicators if not e.formula]
        labels = [e.label_zh for e in self.definition.indicators]
        for one in shown:
            alone = (one.label_zh, one.label_en) if labels.count(one.label_zh) == 1 else ()
            mark = mark_of(one)
            heads = [f"{start} {label}" for start in (mark, one.code) if start
                     for label in (one.label_zh, one.label_en)]  # fmt: skip
            yield one.code, (*heads, *alone)

    def sheet(self, body: str, name: str) -> ReturnForm:
        """The body's form while it fills it in."""
        named = {"body__code": body} if body else {"body__name": name}
        row = self.rows.filter(**named).first()
        if row is None:
            raise Wrong(f"这次填报没有您可以看到的单位“{(body or name)[:40]}”",
                        f"no body {(body or name)[:40]!r} of this round that you see")  # fmt: skip
        if self.round.state == ReturnRound.LOCKED:
            raise Wrong("这次填报已锁定，不能再改", "the round is locked")
        if row.state != ReturnForm.FILLING:
            raise Wrong(f"{row.body.name}的表现在是“{state_words()[row.state]}”，不能再改；须先由上级退回",
                        f"the form of {row.body.name} is {row.state}; it must be given back first")  # fmt: skip
        decision = decide(self.act.by, "returns.fill", form=row)
        if not decision:
            raise Wrong(decision.reason, "the figures belong to the body that fills them in")
        return row

    def body_of(self, sheet: ReturnForm) -> str:
        """Its code."""
        return sheet.body.code

    def read(self, sheet: ReturnForm, given: Mapping[str, Any]) -> dict[str, Any]:
        """Figures and texts as the form keeps them."""
        values, findings = read_cells(self.definition, given)
        if findings:
            raise Wrong("；".join(f.message_zh for f in findings[:5]),
                        "; ".join(f.message_en for f in findings[:5]))  # fmt: skip
        return values

    def kept(self, sheet: ReturnForm) -> Mapping[str, tuple[Any, str]]:
        """What stands in its cells."""
        return {code: (value, "") for code, value in values_of(sheet).items()}

    def write(
        self, sheet: ReturnForm, values: dict[str, Any], notes: Mapping[str, str]
    ) -> ReturnForm:
        """As saved on the page, not sent."""
        return fill_form(self.act, form=sheet, cells=values, edit=sheet.edit)
