"""Presenting 呈现: findings, tables and the whole paper of a schedule, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantai.core.desks.printing import Block, PrintTable, sheet
from lantai.core.schedules import Schedule, ScheduleProblem
from lantai.core.terms import vocabulary
from lantai.foundation.refusal import localised
from lantai.governance.schedules.models import SchedulePlan


def finding_of(problem: ScheduleProblem) -> dict[str, Any]:
    """A problem for the findings component; where it stands takes the place of a code."""
    kinds = {
        "number": _("编号"), "retention": _("保管期限"), "text": _("条款文字"), "pair": _("重要与一般"),
        "duplicate": _("重复"), "office": _("内设机构"), "rule": _("档号规则"),
        "category": _("门类"), "minimum": _("最低期限"),
    }  # fmt: skip
    return {
        "code": problem.where or "—",
        "severity": problem.severity,
        "message": localised(problem.message_zh, problem.message_en),
        "property": kinds.get(problem.code, problem.code),
    }


def scheme_rows(schedule: Schedule) -> tuple[list[str], list[list[str]]]:
    """The classification scheme as headings and rows."""
    arrangement = {"item": _("按件"), "volume": _("按卷")}
    heads = [_("门类"), _("代码"), _("分类方法"), _("整理单位"), _("档号规则")]
    rows = [
        [localised(c.label_zh, c.label_en), c.key, "—".join(c.axes) or "—",
         arrangement.get(c.arrangement, c.arrangement), c.rule.template if c.rule else "—"]
        for c in schedule.categories
    ]  # fmt: skip
    return heads, rows


def paper_of(plan: SchedulePlan, schedule: Schedule, state: str) -> list[Block]:
    """The schedule as one paper: what approved it, the preface, the scheme, the clauses."""
    words, language = vocabulary("retention"), get_language() or "zh"
    facts = [
        (_("单位"), plan.unit.name), (_("全宗号"), schedule.fonds or "—"),
        (_("版本"), plan.version), (_("状态"), state),
        (_("审查机关"), plan.approved_by or "—"), (_("同意文号"), plan.approval_number or "—"),
        (_("施行日期"), str(plan.effective_from or "—")),
    ]  # fmt: skip
    heads, rows = scheme_rows(schedule)
    offices = [[o.code, localised(o.label_zh, o.label_en), o.duties] for o in schedule.offices]
    tables = [
        PrintTable(_("二、分类方案"), heads, rows),
        PrintTable(_("内设机构"), [_("代码"), _("机构"), _("职责")], offices),
    ]
    for number, category in enumerate(schedule.categories):
        label = f"{localised(category.label_zh, category.label_en)}（{category.key}）"
        lines = [
            [c.no, c.text, words.label(c.retention, language) if c.retention else "",
             office.label_zh if (office := schedule.office(c.organ)) else "", c.basis]
            for c in schedule.clauses
            if c.category == category.key
        ]  # fmt: skip
        title = f"{_('三、归档范围和保管期限表')} {label}" if not number else label
        columns = [_("条款号"), _("归档范围"), _("保管期限"), _("责任部门"), _("依据")]
        tables.append(PrintTable(title, columns, lines))
    blocks = sheet(plan.title, _("三合一制度"), facts, tables)
    preface = [Block("heading", _("一、编制说明"))]
    preface += [Block("paragraph", line) for line in schedule.preface.splitlines() if line.strip()]
    preface += [Block("item", line) for line in schedule.not_filed]
    return [*blocks[:3], *preface, *blocks[3:]]
