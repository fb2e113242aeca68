"""Pages of schedules: the list, one plan with its three linked tables, and its way to approval."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.core.schedules import Schedule
from lantai.core.terms import vocabulary
from lantai.foundation.desks.handing_out import handed_out, print_links
from lantai.foundation.policy import decide, institutions_of, require
from lantai.foundation.work import Act
from lantai.governance.schedules import operations
from lantai.governance.schedules.forms import ApprovalForm, NewScheduleForm
from lantai.governance.schedules.models import SchedulePlan
from lantai.governance.schedules.presenting import finding_of, paper_of, scheme_rows
from lantai.governance.schedules.queries import (
    plan_for,
    plan_in_force,
    plans_for,
    problems_of,
    schedule_of,
)

TONES = {"draft": "", "submitted": "review", "approved": "open"}


def schedules(request: HttpRequest) -> HttpResponse:
    """Every version the viewer may see."""
    require(request.user, "schedules.see")
    rows = list(plans_for(request.user)[:500])
    return render(
        request,
        "governance/schedules/schedules.html",
        {
            "columns": [
                {"label": label}
                for label in (
                    _("单位"),
                    _("名称"),
                    _("版本"),
                    _("状态"),
                    _("施行日期"),
                    _("同意文号"),
                )
            ],
            "rows": [_row(plan) for plan in rows],
            "total": len(rows),
            "may_draft": bool(institutions_of(request.user, ["records_officer"])),
        },
    )


def _row(plan: SchedulePlan) -> dict[str, Any]:
    return {
        "id": plan.pk,
        "cells": [
            plan.unit.name,
            {"text": plan.title, "url": f"/schedules/{plan.pk}/"},
            plan.version,
            {"text": state_label(plan), "tone": TONES[plan.state] or "neutral"},
            plan.effective_from.isoformat() if plan.effective_from else "—",
            plan.approval_number or "—",
        ],
    }


def state_label(plan: SchedulePlan) -> str:
    """The state in the reader's language, and whether it is the one in force."""
    if plan.state == SchedulePlan.APPROVED:
        current = plan_in_force(plan.unit, localdate())
        if current and current.pk == plan.pk:
            return _("现行有效")
        future = plan.effective_from and plan.effective_from > localdate()
        return _("待施行") if future else _("已被替代")
    return _("起草") if plan.state == SchedulePlan.DRAFT else _("报审中")


def new(request: HttpRequest) -> HttpResponse:
    """Adopt a model or bring a file."""
    units = institutions_of(request.user, ["records_officer"])
    require(request.user, "schedules.draft", unit=units[0] if units else None)
    form = NewScheduleForm(request.POST or None, request.FILES or None, units=units)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        unit = next(u for u in units if u.code == values["unit"])
        act = Act(by=request.user)
        if values["file"]:
            data = values["file"] | ({"version": values["version"]} if values["version"] else {})
            plan = operations.draft_schedule(act, unit=unit, data=data)
        else:
            plan = operations.adopt_schedule(
                act, unit=unit, model=values["model"], version=values["version"]
            )
        messages.success(request, _("已起草。核对无误后报审。"))
        return redirect("schedules:plan", plan.pk)
    return render(request, "governance/schedules/new.html", {"form": form})


def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what it is, what the validator says, and its three tables."""
    require(request.user, "schedules.see")
    row = plan_for(request.user, pk)
    schedule = schedule_of(row)
    problems = problems_of(row)
    approval = ApprovalForm(initial={"approved_on": localdate(), "effective_from": localdate()})
    return render(
        request,
        "governance/schedules/plan.html",
        {
            "plan": row,
            "schedule": schedule,
            "state": state_label(row),
            "tone": TONES[row.state] or "neutral",
            "facts": _facts(row, schedule),
            "findings": [finding_of(p) for p in problems],
            "errors": sum(p.severity == "error" for p in problems),
            "opinions": opinions_of(row, schedule),
            "prints": print_links("schedules:print", row.pk),
            "editable": row.state == SchedulePlan.DRAFT
            and bool(decide(request.user, "schedules.draft", plan=row)),
            "preface": [line for line in schedule.preface.splitlines() if line.strip()],
            "scheme": _scheme(schedule),
            "clauses": _clauses(row, schedule),
            "may_submit": row.state == SchedulePlan.DRAFT
            and decide(request.user, "schedules.submit", plan=row),
            "may_approve": row.state == SchedulePlan.SUBMITTED
            and decide(request.user, "schedules.approve", plan=row),
            "approval": approval,
        },
    )


def _facts(row: SchedulePlan, schedule: Schedule) -> list[dict[str, Any]]:
    when = localtime(row.submitted_at).strftime("%Y-%m-%d %H:%M") if row.submitted_at else ""
    return [
        {"label": _("单位"), "value": row.unit.name},
        {"label": _("全宗号"), "value": schedule.fonds},
        {"label": _("版本"), "value": row.version},
        {"label": _("报审时间"), "value": when or "—"},
        {"label": _("审查机关"), "value": row.approved_by or "—"},
        {"label": _("同意文号"), "value": row.approval_number or "—"},
        {"label": _("施行日期"), "value": str(row.effective_from or "—")},
        {"label": _("依据"), "value": "；".join(schedule.sources) or "—", "wide": True},
    ]


def opinions_of(row: SchedulePlan, schedule: Schedule) -> list[dict[str, str]]:
    """What the authority says of single clauses, with the clause's words."""
    return [
        {"no": no, "text": schedule.by_no[no].text if no in schedule.by_no else "", "said": said}
        for no, said in row.opinions.items()
    ]


def _scheme(schedule: Schedule) -> dict[str, Any]:
    heads, rows = scheme_rows(schedule)
    cells = [[{"text": row[0], "url": f"#class-{row[1]}"}, *row[1:]] for row in rows]
    return {
        "columns": [{"label": label} for label in heads],
        "rows": [{"id": line[1], "cells": line} for line in cells],
    }


def _clauses(plan: SchedulePlan, schedule: Schedule) -> list[dict[str, Any]]:
    """One table a category: number, text, retention, office, basis."""
    words = vocabulary("retention")
    language = get_language() or "zh"
    leaves = {clause.no for clause in schedule.leaves}
    tables = []
    for category in schedule.categories:
        lines = [
            {
                "no": clause.no,
                "level": clause.level,
                "text": clause.text,
                "is_leaf": clause.no in leaves,
                "retention": words.label(clause.retention, language) if clause.retention else "",
                "permanent": clause.retention == "Y",
                "organ": office.label_zh if (office := schedule.office(clause.organ)) else "",
                "basis": clause.basis,
                "note": clause.note,
                "said": plan.opinions.get(clause.no, ""),
            }
            for clause in schedule.clauses
            if clause.category == category.key
        ]
        tables.append({"category": category, "lines": lines})
    return tables


@login_required
def print_plan(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The whole schedule as a paper."""
    require(request.user, "schedules.see")
    row = plan_for(request.user, pk)
    return handed_out(paper_of(row, schedule_of(row), state_label(row)), str(row), kind)


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it to the authority."""
    operations.submit_schedule(Act(by=request.user), plan=plan_for(request.user, pk))
    messages.success(request, _("已报审，等待档案主管部门审查。"))
    return redirect("schedules:plan", pk)


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it back with an opinion."""
    operations.return_schedule(
        Act(by=request.user),
        plan=plan_for(request.user, pk),
        opinion=request.POST.get("opinion", ""),
    )
    messages.success(request, _("已退回修改，单位会收到待办。"))
    return redirect("schedules:plan", pk)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to it."""
    row = plan_for(request.user, pk)
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有办理：请填写同意文号、同意日期和施行日期。"))
        return redirect("schedules:plan", pk)
    operations.approve_schedule(Act(by=request.user), plan=row, **form.cleaned_data)
    messages.success(request, _("已同意，自施行日期起归档按此表办理。"))
    return redirect("schedules:plan", pk)
