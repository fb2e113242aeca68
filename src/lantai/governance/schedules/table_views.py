"""Pages of the three tables: edit as a spreadsheet, compare two versions, review clause by clause."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.core.schedules import ScheduleProblem, validate_schedule
from lantai.core.schedules.schedule import ScheduleError, schedule_from
from lantai.core.schedules.tables import (
    TABLES,
    PasteRefused,
    choices,
    differences,
    from_rows,
    to_rows,
)
from lantai.core.terms import vocabulary
from lantai.foundation.policy import require
from lantai.foundation.refusal import localised
from lantai.foundation.work import Act
from lantai.governance.schedules import operations
from lantai.governance.schedules.models import SchedulePlan
from lantai.governance.schedules.presenting import finding_of
from lantai.governance.schedules.queries import plan_for, plans_for, problems_of, schedule_of

WIDE = ("text", "duties", "template", "label_zh")


def _titles() -> dict[str, str]:
    return {"category": _("分类方案"), "office": _("内设机构"), "clause": _("归档范围和保管期限表")}


def _heads() -> dict[str, str]:
    """The columns' headings in the reader's language; in files and blocks they stay Chinese."""
    return {
        "代码": _("代码"), "二级": _("二级"), "门类": _("门类"), "著录类型": _("著录类型"),
        "档号规则": _("档号规则"), "分类方法": _("分类方法"), "机构": _("机构"), "职责": _("职责"),
        "条款号": _("条款号"), "归档范围": _("归档范围"), "保管期限": _("保管期限"),
        "责任部门": _("责任部门"), "依据": _("依据"), "备注": _("备注"),
    }  # fmt: skip


@login_required
def tables(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft's three tables, edited like a spreadsheet; kept when they can be a schedule."""
    row = plan_for(request.user, pk)
    require(request.user, "schedules.draft", plan=row)
    findings: list[dict[str, Any]] = []
    if request.method == "POST":
        data, findings = _read(row, request)
        if data is not None:
            operations.revise_schedule(Act(by=request.user), plan=row, data=data)
            messages.success(request, _("三张表已保存，请看编制审查的结果。"))
            return redirect("schedules:plan", pk)
    elif row.state == SchedulePlan.DRAFT:
        findings = [_placed(row.data, p) for p in problems_of(row)]
    context = {
        "plan": row, "tables": _sheets(row, request), "findings": findings,
        "opinions": row.opinions,
    }  # fmt: skip
    refused = request.method == "POST"
    return render(
        request, "governance/schedules/tables.html", context, status=422 if refused else 200
    )


def _sheets(row: SchedulePlan, request: HttpRequest) -> list[dict[str, Any]]:
    titles, heads_shown = _titles(), _heads()
    return [
        {
            "name": name, "title": titles[name],
            "text": request.POST.get(name) or to_rows(row.data, name),
            "columns": [
                {"key": key, "head": head, "label": heads_shown.get(head, head),
                 "wide": key in WIDE and name != "category", "choices": choices(row.data, key)}
                for key, head in zip(columns, heads, strict=True)
            ],
        }
        for name, (_keys, columns, heads) in TABLES.items()
    ]  # fmt: skip


def _read(
    row: SchedulePlan, request: HttpRequest
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """(the data, what stands against them); no data when they cannot be a schedule at all."""
    made: dict[str, Any] = dict(row.data)
    for name in TABLES:
        try:
            made[name] = from_rows(row.data, name, request.POST.get(name, ""))
        except PasteRefused as problem:
            return None, [_broken(name, problem)]
    try:
        schedule = schedule_from(made, f"{row.unit.code}@{row.version}")
    except ScheduleError as problem:
        return None, [_broken("clause", problem)]
    return made, [_placed(made, p) for p in validate_schedule(schedule)]


def _broken(table: str, problem: Exception) -> dict[str, Any]:
    zh, _slash, en = str(problem).partition(" / ")
    title = _titles()[table]
    message = localised(f"{title}：{zh.rpartition(': ')[2]}", f"{title}: {en or zh}")
    return {"code": table, "where": "", "table": table, "severity": "error", "message": message,
            "property": _("读不出来")}  # fmt: skip


def _placed(data: dict[str, Any], problem: ScheduleProblem) -> dict[str, Any]:
    """A finding with the table and the row that it points at."""
    table, where = "clause", problem.where
    if problem.code in ("category", "rule") and where not in {r["no"] for r in data["clause"]}:
        table, where = "category", where.partition("·")[0]
    elif problem.code == "office" and where in {r["code"] for r in data["office"]}:
        table = "office"
    return {**finding_of(problem), "table": table, "where": where}


@require_POST
@login_required
def check(request: HttpRequest, pk: int) -> JsonResponse:
    """What the validator says of the tables as they are typed; nothing is kept."""
    row = plan_for(request.user, pk)
    require(request.user, "schedules.draft", plan=row)
    _data, findings = _read(row, request)
    html = render_to_string("governance/schedules/findings.html", {"findings": findings}, request)
    return JsonResponse({"findings": findings, "html": html})


@login_required
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """This version against another of the unit (the one before it, unless ``?with=`` names one)."""
    require(request.user, "schedules.see")
    row = plan_for(request.user, pk)
    others = plans_for(request.user).filter(unit=row.unit).exclude(pk=pk)
    wanted = request.GET.get("with", "")
    other = (
        others.filter(pk=int(wanted)).first()
        if wanted.isdigit()
        else others.filter(pk__lt=pk).order_by("-pk").first()
    )
    titles = _titles()
    changes: list[dict[str, Any]] = []
    if other is not None:
        changes = [
            {"label": f"{titles[c.table]} {c.key}", "before": c.before, "after": c.after}
            for c in differences(other.data, row.data)
        ]
    tabs = [{"label": o.version, "url": f"?with={o.pk}", "active": o == other} for o in others]
    context = {"plan": row, "other": other, "tabs": tabs, "changes": changes}
    return render(request, "governance/schedules/compare.html", context)


@login_required
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Clause by clause: opinions are kept as one goes, and go back with the schedule."""
    row = plan_for(request.user, pk)
    require(request.user, "schedules.approve", plan=row)
    clauses = schedule_of(row).leaves
    if request.method == "POST":
        act = Act(by=request.user)
        given = {c.no: request.POST.get(f"c-{c.no}", "") for c in clauses}
        row = operations.review_clauses(act, plan=row, opinions=given)
        if request.POST.get("do") != "return":
            messages.success(request, _("审查意见已保存，还没有退回。"))
            return redirect("schedules:review", pk)
        opinion = request.POST.get("opinion", "").strip()
        operations.return_schedule(act, plan=row, opinion=opinion)
        messages.success(request, _("已退回修改，单位会收到待办。"))
        return redirect("schedules:plan", pk)
    context = {
        "plan": row, "groups": _reviewed(row), "open": row.state == SchedulePlan.SUBMITTED,
        "written": len(row.opinions), "total": len(clauses),
    }  # fmt: skip
    return render(request, "governance/schedules/review.html", context)


def _reviewed(row: SchedulePlan) -> list[dict[str, Any]]:
    """The clauses by category, each with what was found and said of it."""
    schedule, words = schedule_of(row), vocabulary("retention")
    language = get_language() or "zh"
    found: dict[str, list[str]] = {}
    for problem in problems_of(row):
        found.setdefault(problem.where, []).append(
            localised(problem.message_zh, problem.message_en)
        )
    last = row.data.get("last_opinions", {})
    groups = []
    for category in schedule.categories:
        lines = [
            {
                "no": c.no, "key": c.no.replace(".", "-"), "text": c.full_text,
                "retention": words.label(c.retention, language) if c.retention else "",
                "permanent": c.retention == "Y", "basis": c.basis,
                "organ": office.label_zh if (office := schedule.office(c.organ)) else "",
                "findings": found.get(c.no, []), "said": row.opinions.get(c.no, ""),
                "last": last.get(c.no, ""),
            }
            for c in schedule.leaves
            if c.category == category.key
        ]  # fmt: skip
        groups.append({"label": localised(category.label_zh, category.label_en),
                       "key": category.key, "lines": lines})  # fmt: skip
    return groups
