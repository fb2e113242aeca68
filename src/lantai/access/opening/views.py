"""Pages of opening review: what is due, one review, publications, statistics."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.access.opening import operations, presenting, publishing
from lantai.access.opening.due_rules import due_rules
from lantai.access.opening.forms import PublishForm, TakeDownForm
from lantai.access.opening.models import OPEN, OpeningItem, PublicationEntry
from lantai.access.opening.queries import (
    archives_of,
    items_of,
    opening_rates,
    preview_due,
    progress_of,
    publication_by,
    publications,
    published_records,
    unit_of,
)
from lantai.access.opening.reading import unread_of
from lantai.catalogue.fonds.models import Fonds
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.presenting import case_row
from lantai.foundation.desks.cases.queries import case_for, cases_for, is_insider
from lantai.foundation.desks.cases.views import case_context
from lantai.foundation.jobs.models import Job
from lantai.foundation.paging import page_by_key
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import NotFound, Refusal, localised
from lantai.foundation.work import Act

PAGE = 50


def tabs(active: str) -> list[dict[str, Any]]:
    """The pages of opening review side by side."""
    pages = (
        ("due", _("到期清单")),
        ("reviews", _("审核批次")),
        ("batches", _("公布批次")),
        ("statistics", _("开放统计")),
    )
    return [
        {"url": reverse(f"opening:{name}"), "label": label, "active": name == active}
        for name, label in pages
    ]


def _archives(request: HttpRequest) -> Any:
    require(request.user, "opening.see", institution=next(iter(archives_of(request.user)), None))
    return archives_of(request.user)[0]


@login_required
def due(request: HttpRequest) -> HttpResponse:
    """What is due: counts per fonds and year, and the form that makes a batch of them."""
    holder = _archives(request)
    today = localdate()
    preview = preview_due(holder, today)
    fonds: dict[str, dict[str, Any]] = {}
    for row in preview.rows:
        line = fonds.setdefault(row.code, {"id": row.fonds, "code": row.code, "name": row.name,
                                           "due": 0, "again": 0, "early": 0, "years": []})  # fmt: skip
        for name in ("due", "again", "early"):
            line[name] += getattr(row, name)
        line["years"].append(row)
    rules = [
        {"label": localised(r.label_zh, r.label_en), "years": r.years, "clauses": "；".join(r.clauses),
         "verified": r.verified}
        for r in sorted(due_rules().all().values(), key=lambda r: r.order)
    ]  # fmt: skip
    context = {
        "tabs": tabs("due"),
        "holder": holder,
        "today": today,
        "preview": preview,
        "fonds": list(fonds.values()),
        "chart": presenting.due_chart(preview),
        "rules": rules,
        "may_plan": decide(request.user, "opening.plan", institution=holder),
    }
    return render(request, "access/opening/due.html", context)


@require_POST
@login_required
def plan(request: HttpRequest) -> HttpResponse:
    """Make a batch of the chosen years of one fonds."""
    holder = _archives(request)
    key = request.POST.get("fonds", "")
    fonds = Fonds.objects.filter(holder=holder, pk=int(key) if key.isdigit() else 0).first()
    if fonds is None:
        raise NotFound("没有这个全宗。", "No such fonds.")
    years = [int(y) for y in request.POST.getlist("years") if y.isdigit()]
    if not years:
        raise Refusal("请先勾选年度，再立审核批次。", "Choose years first.")
    modes = ("due", "again", "early") if request.POST.get("early") else ("due", "again")
    case = operations.plan_review(Act(by=request.user), fonds=fonds, years=years, modes=modes)
    messages.success(request, _("已立批 {number}，等馆领导下达。").format(number=case.number))
    return redirect("opening:review", case.number)


@login_required
def reviews(request: HttpRequest) -> HttpResponse:
    """The batches under review and done."""
    _archives(request)
    rows = []
    for case in cases_for(request.user).filter(definition="opening_review")[:200]:
        counts = progress_of(case)
        rows.append({**case_row(case), "counts": counts})
    labels = [_("编号"), _("批次"), _("件数"), _("已初审"), _("已复审"), _("状态"), _("期限")]
    columns = [
        {"label": label, "kind": "title" if n == 1 else ""} for n, label in enumerate(labels)
    ]
    context = {"tabs": tabs("reviews"), "rows": rows, "columns": columns}
    return render(request, "access/opening/reviews.html", context)


@login_required
def review(request: HttpRequest, number: str) -> HttpResponse:
    """One batch: its items and what may be done; outsiders get their own narrower page."""
    require(request.user, "cases.see")
    case = _review_case(request, number)
    if not is_insider(request.user, case):
        return _outside(request, case)
    require(request.user, "opening.see", case=case)
    page = page_by_key(_filter_items(request, case), request.GET, key="position", size=PAGE)
    unread = unread_of(page.rows, request.user)  # type: ignore[arg-type]
    context = {
        **case_context(request.user, case),
        "counts": progress_of(case),
        "unit": unit_of(case),
        "rows": [presenting.item_row(item, not unread[item.pk]) for item in page.rows],
        "total": page.total,
        "columns": _columns(),
        "pager": page.pager,
        "filters": _filters(request),
        "job": Job.objects.filter(subject=case.urn, task="opening.screen").order_by("-pk").first()
        if case.state == "screening"
        else None,
        "bulk": {"first": "adopt", "second": "agree"}.get(case.state, ""),
    }
    return render(request, "access/opening/review.html", context)


def _review_case(request: HttpRequest, number: str) -> Case:
    case = case_for(request.user, number)
    if case.definition != "opening_review":
        raise NotFound("没有找到这一批审核。", "No such review.")
    return case


def _outside(request: HttpRequest, case: Case) -> HttpResponse:
    """What the creating unit and the authority see: conclusions, never internal opinions."""
    unit = unit_of(case)
    may_opine = decide(request.user, "opening.opine", unit=unit)
    rows = items_of(case)
    if not may_opine:
        rows = rows.exclude(final_conclusion__in=["", "open", "controlled"])
    page = page_by_key(rows, request.GET, key="position", size=PAGE)
    context = {
        **case_context(request.user, case),
        "rows": [presenting.outside_row(item) for item in page.rows],
        "total": page.total,
        "pager": page.pager,
        "may_opine": bool(may_opine) and case.state == "unit",
        "is_unit": bool(may_opine),
        "columns": [{"label": label, "kind": {1: "code", 2: "title"}.get(n, "")} for n, label in enumerate((
            _("序号"), _("档号"), _("题名"), _("日期"), _("拟定结论"), _("理由"), _("单位意见")))],
    }  # fmt: skip
    return render(request, "access/opening/outside.html", context)


def _columns() -> list[dict[str, str]]:
    labels = (_("序号"), _("题名"), _("档号"), _("责任者"), _("原文"), _("预审"), _("初审"),
              _("复审"), _("理由"), _("单位意见"), _("结论"))  # fmt: skip
    kinds = {1: "title", 2: "code", 3: "name"}
    return [{"label": label, "kind": kinds.get(n, "")} for n, label in enumerate(labels)]


def _filters(request: HttpRequest) -> dict[str, Any]:
    stages = [("", _("全部")), ("todo", _("待我审核")), ("returned", _("被退回")), ("doubt", _("存疑")),
              ("hits", _("有命中")), ("changed", _("复审改定"))]  # fmt: skip
    chosen = request.GET.get("show", "")
    return {
        "show": chosen,
        "q": request.GET.get("q", ""),
        "options": [{"value": value, "label": label} for value, label in stages],
        "used": bool(chosen or request.GET.get("q")),
    }


def _filter_items(request: HttpRequest, case: Case) -> Any:
    rows = items_of(case)
    show, words = request.GET.get("show", ""), request.GET.get("q", "").strip()[:100]
    if words:
        rows = rows.filter(
            Q(record__title__icontains=words)
            | Q(record__reference_code__icontains=words)
            | Q(record__creator__icontains=words)
            | Q(record__doc_no__icontains=words)
        )
    if show == "todo":
        rows = (
            rows.filter(Q(first_conclusion="") | ~Q(returned_reason=""))
            if case.state == "first"
            else rows.filter(second_conclusion="").exclude(
                first_by=getattr(request.user, "urn", "")
            )
        )
    elif show == "returned":
        rows = rows.exclude(returned_reason="")
    elif show == "doubt":
        rows = rows.filter(doubtful=True)
    elif show == "hits":
        rows = rows.exclude(suggestion__in=["", OPEN])
    elif show == "changed":
        rows = rows.exclude(second_conclusion="").exclude(second_conclusion=F("first_conclusion"))
    return rows


@require_POST
@login_required
def bulk(request: HttpRequest, number: str) -> HttpResponse:
    """Adopt, agree or (the unit) consent to the rest in bulk."""
    require(request.user, "cases.see")
    case = _review_case(request, number)
    act = Act(by=request.user)
    chosen = [int(pk) for pk in request.POST.getlist("selected") if pk.isdigit()]
    do = request.POST.get("do", "")
    if do == "rest":
        unit = unit_of(case)
        if unit is None:
            raise Refusal("这批审核没有会同单位。", "No unit is consulted about this batch.")
        done = operations.opine_rest(act, case=case, unit=unit)
    elif not chosen:
        raise Refusal("请先勾选条目。", "Select items first.")
    elif do == "adopt":
        done = operations.adopt_suggestions(act, case=case, items=chosen)
    elif do == "agree":
        done = operations.agree_many(act, case=case, items=chosen)
    else:
        raise Refusal("没有这个批量办理动作。", "No such bulk act.")
    messages.success(request, _("已批量办理 {n} 件。").format(n=len(done)))
    return redirect("opening:review", case.number)


@login_required
def publish(request: HttpRequest, number: str) -> HttpResponse:
    """Check the public titles, then publish."""
    case = _review_case(request, number)
    require(request.user, "opening.publish", case=case)
    form = PublishForm(request.POST or None, initial={"version": case.version, "day": localdate()})
    if request.method == "POST" and form.is_valid():
        batch_row = publishing.publish(
            Act(by=request.user), case=case, day=form.cleaned_data["day"],
            version=form.cleaned_data["version"],
        )  # fmt: skip
        messages.success(request, _("已公布 {n} 件，公众即可检索。").format(n=batch_row.items))
        return redirect("opening:batch", batch_row.number)
    rows = items_of(case)
    context = {
        "case": case,
        "form": form,
        "ready": case.state == "publishing",
        "opened": [presenting.item_row(i) for i in rows.filter(final_conclusion=OPEN)[:500]],
        "kept": [presenting.item_row(i) for i in rows.exclude(final_conclusion=OPEN)[:500]],
    }
    return render(request, "access/opening/publish.html", context)


@login_required
def batches(request: HttpRequest) -> HttpResponse:
    """The published batches of my archives."""
    holder = _archives(request)
    page = page_by_key(publications(holder), request.GET, size=60)
    context = {
        "tabs": tabs("batches"),
        "rows": [presenting.batch_row(b) for b in page.rows],
        "pager": page.pager,
    }
    return render(request, "access/opening/batches.html", context)


@login_required
def batch(request: HttpRequest, number: str) -> HttpResponse:
    """One published list, with what was taken down."""
    row = publication_by(number)
    require(request.user, "opening.see", institution=row.holder)
    context = {
        "tabs": tabs("batches"),
        "batch": row,
        "entries": published_records(row, with_withdrawn=True)[:2000],
        "form": TakeDownForm(),
        "may_withdraw": decide(request.user, "opening.publish", institution=row.holder),
    }
    return render(request, "access/opening/batch.html", context)


@login_required
def withdraw(request: HttpRequest, number: str, entry: int) -> HttpResponse:
    """Ask for the reason, then take the record down."""
    row = publication_by(number)
    require(request.user, "opening.publish", institution=row.holder)
    line: PublicationEntry | None = row.entries.select_related("record").filter(pk=entry).first()
    if line is None:
        raise NotFound("这一批里没有这件档案。", "The batch has no such record.")
    form = TakeDownForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        publishing.take_down(
            Act(by=request.user), record=line.record, reason=form.cleaned_data["reason"]
        )
        messages.success(request, _("已撤回，公众不能再查到；这件档案回到到期清单，等待重审。"))
        return redirect("opening:batch", number)
    context = {"batch": row, "entry": line, "form": form}
    return render(request, "access/opening/withdraw.html", context)


@login_required
def statistics(request: HttpRequest) -> HttpResponse:
    """开放率 by fonds, with its formula."""
    holder = _archives(request)
    rates = opening_rates(holder)
    total, opened = sum(r.total for r in rates), sum(r.opened for r in rates)
    context = {
        "tabs": tabs("statistics"),
        "rates": rates,
        "chart": presenting.rate_chart(rates),
        "total": total,
        "opened": opened,
        "rate": round(opened * 100 / total, 1) if total else 0.0,
        "running": OpeningItem.objects.filter(active=True, case__institution=holder).count(),
        "columns": [{"label": label} for label in (
            _("全宗"), _("馆藏件数"), _("已开放"), _("控制使用"), _("延期和不开放"), _("待审"), _("开放率"))],
    }  # fmt: skip
    return render(request, "access/opening/statistics.html", context)
