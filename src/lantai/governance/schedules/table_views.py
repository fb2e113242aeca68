"""Pages of the three tables: edit by pasting, compare two versions, review clause by clause."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lantai.core.schedules.tables import TABLES, PasteRefused, differences, from_rows, to_rows
from lantai.foundation.policy import require
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act
from lantai.governance.schedules import operations
from lantai.governance.schedules.models import SchedulePlan
from lantai.governance.schedules.queries import plan_for, plans_for, schedule_of


def _titles() -> dict[str, str]:
    return {"category": _("分类方案"), "office": _("内设机构"), "clause": _("归档范围和保管期限表")}


@login_required
def tables(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft's three tables as text that a spreadsheet gives and takes."""
    row = plan_for(request.user, pk)
    require(request.user, "schedules.draft", plan=row)
    if request.method == "POST":
        try:
            made = {name: from_rows(row.data, name, request.POST.get(name, "")) for name in TABLES}
        except PasteRefused as problem:
            raise Refusal(str(problem), str(problem)) from None
        operations.revise_schedule(Act(by=request.user), plan=row, data={**row.data, **made})
        messages.success(request, _("三张表已更新，请看编制审查的结果。"))
        return redirect("schedules:plan", pk)
    titles = _titles()
    shown = [
        {"name": name, "title": titles[name], "text": to_rows(row.data, name),
         "columns": "　".join(heads)}
        for name, (_keys, _columns, heads) in TABLES.items()
    ]  # fmt: skip
    return render(request, "governance/schedules/tables.html", {"plan": row, "tables": shown})


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
    context = {"plan": row, "other": other, "others": others, "changes": changes}
    return render(request, "governance/schedules/compare.html", context)


@login_required
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Clause by clause: an opinion on any clause sends the schedule back with all of them."""
    row = plan_for(request.user, pk)
    require(request.user, "schedules.approve", plan=row)
    clauses = schedule_of(row).leaves
    if request.method == "POST":
        said = [
            f"{clause.no} {clause.text[:30]}：{words}"
            for clause in clauses
            if (words := request.POST.get(f"c-{clause.no}", "").strip())
        ]
        general = request.POST.get("opinion", "").strip()
        operations.return_schedule(
            Act(by=request.user), plan=row, opinion="\n".join(filter(None, [general, *said]))
        )
        messages.success(request, _("已退回修改，单位会收到待办。"))
        return redirect("schedules:plan", pk)
    context = {"plan": row, "clauses": clauses, "open": row.state == SchedulePlan.SUBMITTED}
    return render(request, "governance/schedules/review.html", context)
