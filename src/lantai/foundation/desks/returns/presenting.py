"""Presenting 呈现: a form as tables, its findings, its versions, a round's bodies and papers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lantai.core.desks.printing import Block, PrintTable, sheet
from lantai.core.desks.return_checking import Finding, Values
from lantai.core.desks.return_definition import Indicator, ReturnDefinition, Table
from lantai.core.desks.return_totals import unpack
from lantai.foundation.desks.measures import measure, with_measure
from lantai.foundation.desks.returns.definitions import definition_of
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound, ReturnState
from lantai.foundation.refusal import localised

TONES = {"filling": "waiting", "reviewing": "running", "accepted": "done"}


def state_words() -> dict[str, str]:
    """The states of a form in the reader's language."""
    return {"filling": _("填写中"), "reviewing": _("审核中"), "accepted": _("已通过")}


def kind_words() -> dict[str, str]:
    """What a version came from."""
    return {
        "submitted": _("报送"),
        "passed": _("审核通过，上报"),
        "returned": _("退回"),
        "withdrawn": _("撤回报送"),
        "accepted": _("审核通过"),
        "migrated": _("转到新版前"),
    }


def label(thing: Any) -> str:
    """Anything with label_zh and label_en."""
    return localised(thing.label_zh, thing.label_en)


def written(value: Any) -> str:
    """A figure or text as it is shown and typed."""
    return "" if value is None else str(value)


def tables_of(
    definition: ReturnDefinition, values: Values, last: Values | None = None
) -> list[dict[str, Any]]:
    """The tables of a form with what is in their cells."""
    return [_table(table, values, last or {}) for table in definition.tables]


def _table(table: Table, values: Values, last: Values) -> dict[str, Any]:
    known = {one.code: one for one in table.indicators}
    grid = []
    used: set[str] = set()
    for code, zh, en in table.rows if table.is_grid else ():
        codes = [f"{code}_{column[0]}" for column in table.columns]
        used.update(codes)
        cells = [_cell(known[c], values, last) for c in codes]
        grid.append({"label": localised(zh, en), "cells": cells})
    return {
        "id": table.id,
        "label": label(table),
        "note": localised(table.note_zh, table.note_en),
        "columns": [with_measure(localised(zh, en), unit) for _c, zh, en, unit in table.columns],
        "grid": grid,
        "rows": [
            {**_cell(one, values, last), "mark": mark_of(one)}
            for one in table.indicators
            if one.code not in used
        ],
    }


def mark_of(one: Indicator) -> str:
    """The number that the standard gives the indicator; a word for programs is not shown."""
    return one.code if one.code[:1].isdigit() else ""


def heading_of(definition: ReturnDefinition, one: Indicator) -> str:
    """An indicator as the heading of a column: no two of a definition are the same."""
    same = [e for e in definition.indicators if label(e) == label(one)]
    mark = mark_of(one) or (one.code if len(same) > 1 else "")
    return f"{mark} {label(one)}".strip()


def _cell(one: Indicator, values: Values, last: Values) -> dict[str, Any]:
    now, before = values.get(one.code), last.get(one.code)
    return {
        "code": one.code,
        "label": label(one),
        "unit": measure(one.unit),
        "type": one.type,
        "value": written(now),
        "last": written(before),
        "change": _change(now, before) if one.is_number else "",
        "formula": one.formula,
        "required": one.required,
        "verified": one.verified,
        "help": localised(one.help_zh, one.help_en),
        "choices": [(zh, localised(zh, en)) for zh, en in one.choices],
    }


def _change(now: Any, before: Any) -> str:
    if not before or now is None:
        return ""
    return f"{(now - before) / abs(before):+.1%}"


def findings_of(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings for the findings component."""
    return [
        {
            "code": f.code.split(":")[0],
            "severity": f.severity,
            "message": localised(f.message_zh, f.message_en),
            "path": "、".join(f.cells),
            "cells": list(f.cells),
        }
        for f in findings
    ]


def versions_of(form: ReturnForm) -> list[dict[str, Any]]:
    """Every version of a form for the timeline."""
    words = kind_words()
    return [
        {
            "at": localtime(one.at).strftime("%Y-%m-%d %H:%M"),
            "label": _("第 {n} 版：{kind}").format(
                n=one.version, kind=words.get(one.kind, one.kind)
            ),
            "by": f"{one.place.name} {one.by_name}",
            "detail": one.reason or one.note,
            "state": "done",
            "tone": "danger" if one.kind == "returned" else "",
            "url": f"versions/{one.version}/",
        }
        for one in form.states.select_related("place").order_by("version")
    ]


def values_of_state(definition: ReturnDefinition, state: ReturnState) -> Values:
    """A version's figures and texts."""
    return {**unpack(definition, state.cells), **state.texts}


def form_row(form: ReturnForm) -> dict[str, Any]:
    """A form as a line of a list."""
    return {
        "form": form,
        "state": state_words()[form.state],
        "tone": "fail" if form.returned_reason and form.state == "filling" else TONES[form.state],
        "returned": bool(form.returned_reason) and form.state == "filling",
    }


def sheet_of(form: ReturnForm, values: Values) -> list[Block]:
    """A form as a paper."""
    definition = definition_of(form.round)
    heads = [_("代码"), _("指标"), _("单位"), _("数值")]
    tables = []
    for shown in tables_of(definition, values):
        if shown["grid"]:
            rows = [
                [line["label"], *(cell["value"] for cell in line["cells"])]
                for line in shown["grid"]
            ]
            tables.append(PrintTable(shown["label"], ["", *shown["columns"]], rows))
        if shown["rows"]:
            rows = [[c["mark"], c["label"], c["unit"], c["value"]] for c in shown["rows"]]
            tables.append(PrintTable("" if shown["grid"] else shown["label"], heads, rows))
    facts = [
        (_("填报单位"), form.body.name),
        (_("统计期"), form.round.period),
        (_("状态"), state_words()[form.state]),
        (_("版本"), str(form.version)),
        (_("说明"), form.note or "—"),
    ]
    foot = [] if definition.verified else [_("本表指标待与标准原文核实。")]
    return sheet(form.round.title, label(definition), facts, tables, foot)


PARTS_A_TABLE = 4  # more would not be read on paper


def totals_sheet(
    row: ReturnRound, place: Any, forms: int, heads: list[str], rows: list[list[Any]]
) -> list[Block]:
    """The totals as a paper: the parts a few to a table, the whole in front of each."""
    fixed = 4  # code, indicator, unit, the whole
    parts = list(range(fixed, len(heads))) or [fixed]
    tables = []
    for start in range(0, len(parts), PARTS_A_TABLE):
        columns = [*range(fixed), *parts[start : start + PARTS_A_TABLE]]
        columns = [n for n in columns if n < len(heads)]
        lines = [[written(line[n]) for n in columns] for line in rows]
        tables.append(PrintTable("", [heads[n] for n in columns], lines))
    facts = [
        (_("汇总范围"), place.name), (_("统计期"), row.period), (_("已报送"), _("{n} 张").format(n=forms)),
        (_("状态"), _("已锁定") if row.state == "locked" else _("进行中")),
    ]  # fmt: skip
    definition = definition_of(row)
    foot = [] if definition.verified else [_("本表指标待与标准原文核实。")]
    return sheet(f"{row.title} {_('汇总')}", label(definition), facts, tables, foot)
