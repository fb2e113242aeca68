"""The reading-room desk 查阅接待: the list, one request, the units' opinions, the register of use."""

from __future__ import annotations

import csv
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from lantai.access.requests import operations
from lantai.access.requests.forms import AttachForm, ConsentForm, DeskFilter, RevealForm
from lantai.access.requests.models import AttachedRecord, ServiceRequest
from lantai.access.requests.presenting import (
    consent_badge,
    desk_row,
    label_of,
    masked_values,
    plain_values,
    register_row,
    stages_of,
    state_of,
)
from lantai.access.requests.queries import (
    clues_of,
    consents_for,
    filtered,
    identity_of,
    register_of_use,
    request_for,
    requests_for,
)
from lantai.access.search.queries import search
from lantai.catalogue.records.queries import record_for
from lantai.foundation.desks.cases.views import case_context
from lantai.foundation.policy import decide, institutions_of, require
from lantai.foundation.refusal import NotFound, Refusal
from lantai.foundation.work import Act

PAGE = 50
HITS = 8


@login_required
def requests(request: HttpRequest) -> HttpResponse:
    """The list with tabs, filters and clocks."""
    require_staff(request)
    rows = requests_for(request.user)
    shown = request.GET.get("show", "open")
    form = DeskFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    chosen = filtered(
        rows, state="" if shown == "all" else shown,
        category=wanted.get("category", ""), text=wanted.get("q", ""),
    )  # fmt: skip
    start = _number(request.GET.get("from"))
    page = list(chosen[start : start + PAGE + 1])
    kept = {k: v for k, v in request.GET.items() if k != "from" and v}
    names = (("open", _("待办理")), ("awaiting", _("待审批")), ("waiting", _("等申请人")),
             ("ended", _("已办结")), ("all", _("全部")))  # fmt: skip
    tabs = [
        {"label": label, "url": f"?show={key}", "active": key == shown,
         "count": filtered(rows, state="" if key == "all" else key).count()}
        for key, label in names
    ]  # fmt: skip
    more = len(page) > PAGE
    context = {
        "tabs": tabs,
        "form": form,
        "shown": shown,
        "rows": [desk_row(row) for row in page[:PAGE]],
        "columns": [{"label": x} for x in
                    (_("编号"), _("类别"), _("申请人"), _("需要"), _("提交"), _("状态"), _("期限"))],
        "total": chosen.count(),
        "pager": {"next": f"?{urlencode({**kept, 'from': start + PAGE})}" if more else "",
                  "previous": f"?{urlencode({**kept, 'from': max(0, start - PAGE)})}" if start else ""}
        if more or start else None,
    }  # fmt: skip
    return render(request, "access/requests/desk.html", context)


@login_required
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One request; reading its clues is noted once a day."""
    row = request_for(request.user, number)
    return render(request, "access/requests/request.html", _context(request, row))


@require_POST
@login_required
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """The requester's identity in full, once, with a reason on record."""
    row = request_for(request.user, number)
    form = RevealForm(request.POST)
    if not form.is_valid():
        raise Refusal("查看完整身份信息要写明事由。", "Say why you need the identity.")
    operations.look_at_request(
        Act(by=request.user), request=row, what="identity", reason=form.cleaned_data["reason"]
    )
    context = {**_context(request, row), "identity": _identity(row)}
    return render(request, "access/requests/request.html", context)


@require_POST
@login_required
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """A record found in the holdings."""
    row = request_for(request.user, number)
    form = AttachForm(request.POST)
    if not form.is_valid():
        raise Refusal("所附档案的填写不对，请检查页次和摘录。", "Check pages and quotation.")
    operations.attach_record(
        Act(by=request.user),
        request=row,
        record=record_for(request.user, form.cleaned_data["record"]),
        pages=form.cleaned_data["pages"],
        quote=form.cleaned_data["quote"],
    )
    messages.success(request, _("已附上。"))
    return redirect("requests:request", number)


@require_POST
@login_required
def detach(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take it off again."""
    row = request_for(request.user, number)
    attached = row.attached.select_related("record", "request__case", "request__archives")
    found = attached.filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这件所附档案。", "No such attached record.")
    operations.detach_record(Act(by=request.user), attached=found)
    messages.success(request, _("已移去。"))
    return redirect("requests:request", number)


@require_POST
@login_required
def ask_units(request: HttpRequest, number: str) -> HttpResponse:
    """Ask the units whose unopened records are wanted."""
    row = request_for(request.user, number)
    count = operations.ask_consent(Act(by=request.user), request=row)
    messages.success(request, _("已向立档单位征求意见：{n} 件。").format(n=count))
    return redirect("requests:request", number)


@login_required
def consents(request: HttpRequest) -> HttpResponse:
    """The opinions asked of my unit."""
    rows = [{"row": row, "badge": consent_badge(row)} for row in consents_for(request.user)[:200]]
    return render(request, "access/requests/consents.html", {"rows": rows})


@login_required
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: the record, the purpose, and the unit's answer. Not who asks."""
    row = consents_for(request.user).filter(pk=pk).first()
    if row is None:
        raise NotFound("没有这件征求意见。", "No such question to your unit.")
    form = ConsentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.give_consent(Act(by=request.user), attached=row, **form.cleaned_data)
        messages.success(request, _("意见已送达档案馆。"))
        return redirect("requests:consents")
    context = {
        "row": row, "form": form if row.consent == AttachedRecord.ASKED else None,
        "badge": consent_badge(row),
        "purpose": label_of("request_purpose", row.request.purpose),
        "relation": label_of("relation", row.request.relation),
    }  # fmt: skip
    return render(request, "access/requests/consent.html", context)


@login_required
def register(request: HttpRequest) -> HttpResponse:
    """利用登记簿, on screen and as CSV."""
    require_staff(request)
    rows = [register_row(row) for row in register_of_use(request.user)[:1000]]
    labels = (_("编号"), _("提交"), _("申请人"), _("类别"), _("用途"), _("档号"), _("证明"),
              _("打印"), pgettext("by a reader", "评价"), _("状态"))  # fmt: skip
    if request.GET.get("format") == "csv":
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="register-of-use.csv"'
        response.write("\ufeff")
        writer = csv.writer(response)
        writer.writerow(labels)
        for r in rows:
            cells = (r["number"], r["submitted"], r["name"], r["category"], r["purpose"],
                     r["codes"], r["certificates"], r["prints"], r["rating"], r["state"]["label"])  # fmt: skip
            writer.writerow([_harmless(str(cell)) for cell in cells])
        return response
    context = {"rows": rows, "columns": [{"label": x} for x in labels]}
    return render(request, "access/requests/register.html", context)


def require_staff(request: HttpRequest) -> None:
    """Who may open the reading-room desk at all: staff of an archives."""
    if not requests_permission(request.user):
        require(request.user, "requests.see")


def requests_permission(actor: Any) -> bool:
    """Whether the actor may see requests at some archives."""
    return any(decide(actor, "requests.see", institution=p) for p in institutions_of(actor))


def _context(request: HttpRequest, row: ServiceRequest) -> dict[str, Any]:
    if not operations.noted_today(row, request.user):
        operations.look_at_request(Act(by=request.user), request=row)
    query = request.GET.get("q", "").strip()
    attached = list(row.attached.select_related("record__fonds", "record__creating_unit"))
    return {
        **case_context(request.user, row.case),
        "row": row,
        "state": state_of(row),
        "steps": stages_of(row),
        "asked": plain_values(row),
        "clues": clues_of(row),
        "who": masked_values(row),
        "reveal": RevealForm(),
        "attached": [{"row": a, "badge": consent_badge(a)} for a in attached],
        "may_ask": any(a.consent == AttachedRecord.NEEDED for a in attached),
        "may_search": row.case.state in operations.ATTACHABLE,
        "may_handle": decide(request.user, "requests.handle", request=row),
        "may_approve": decide(request.user, "requests.approve", request=row),
        "query": query,
        **_hits(request, query),
        "certificates": row.certificates.exclude(state="dropped"),  # type: ignore[attr-defined]
        "looks": row.looks.select_related("person").order_by("-pk")[:10],
        "kinds": _kinds(row),
        "suggested_scope": row.case.data.get("scope", ""),
    }


def _hits(request: HttpRequest, query: str) -> dict[str, Any]:
    """The holdings, searched as this person."""
    if not query:
        return {"hits": None}
    try:
        answer = search(request.user, text=query, limit=HITS, highlight=False)
    except Refusal as refusal:
        return {"hits": [], "search_problem": str(refusal)}
    return {"hits": [found.record for found in answer.results], "hits_total": answer.total}


def _kinds(row: ServiceRequest) -> list[tuple[str, str]]:
    """The certificates that can be drafted in the request's state."""
    if row.case.state == "not_found":
        return [("not_found", _("查无档案证明"))]
    if row.case.state == "found":
        return [("found", _("档案证明（摘录原文）")), ("copy", _("档案复制件证明"))]
    return []


def _identity(row: ServiceRequest) -> list[dict[str, str]]:
    held = identity_of(row)
    labels = {"name": _("姓名"), "id_number": _("证件号码"), "phone": _("联系电话"),
              "email": _("电子邮箱"), "address": _("邮寄地址")}  # fmt: skip
    return [{"label": labels[k], "value": held.get(k) or "—"} for k in labels]


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" else cell


def _number(text: str | None) -> int:
    return min(int(text), 100_000) if text and text.isdigit() else 0
