"""The citizen's pages: the form, the receipt, the status, supplement, withdrawal, rating."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lantai.access.requests import operations
from lantai.access.requests.forms import RatingForm, RequestForm, StatusForm, SupplementForm
from lantai.access.requests.models import ServiceRequest
from lantai.access.requests.own import opened, remember
from lantai.access.requests.presenting import (
    masked_values,
    plain_values,
    stages_of,
    state_of,
    timeline_of,
)
from lantai.access.requests.queries import own_request
from lantai.access.requests.throttle import check_public, count_public
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.queries import records_for
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import Anonymous
from lantai.foundation.refusal import NotFound, Refusal
from lantai.foundation.work import Act

CITIZEN = Anonymous()


@never_cache
def request_form(request: HttpRequest) -> HttpResponse:
    """查档申请: anonymous; from a record it comes with that record."""
    record = _public_record(request.GET.get("record") or request.POST.get("record") or "")
    initial = {"record": record.uid if record else "", "wanted": "certificate"}
    form = RequestForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        address = request.META.get("REMOTE_ADDR", "")
        check_public("request", address, timezone.now())
        if form.is_valid() and not form.is_robot:
            count_public("request", address, timezone.now())
            row = operations.submit_request(
                Act(by=CITIZEN),
                institution=record.holder if record else _the_archives(),
                values=form.cleaned_data,
                record=record,
            )
            remember(request, row)
            return redirect("requests:receipt", row.number)
        status = 422
    context = {"form": form, "record": record, "archives": _the_archives()}
    return render(request, "access/requests/form.html", context, status=status)


@never_cache
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """回执: the number, and what happens next."""
    row = opened(request, number)
    context = {"row": row, "values": plain_values(row), "who": masked_values(row)}
    return render(request, "access/requests/receipt.html", context)


@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """进度查询: the same words for a wrong number and a wrong phone."""
    form = StatusForm(request.POST or None, initial={"number": request.GET.get("number", "")})
    if request.method != "POST" or not form.is_valid():
        return render(request, "access/requests/status.html", {"form": form})
    address, now = request.META.get("REMOTE_ADDR", ""), timezone.now()
    number, phone = form.cleaned_data["number"], form.cleaned_data["phone"]
    try:
        check_public("status", address, now, number.strip().upper())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return render(request, "access/requests/status.html", {"form": form}, status=429)
    row = own_request(number, phone)
    if row is None:
        count_public("status", address, now, number.strip().upper())
        form.add_error(None, _("没有找到：编号或电话不对。请对照回执核对，或致电档案馆查阅大厅。"))
        return render(request, "access/requests/status.html", {"form": form}, status=404)
    remember(request, row)
    return redirect("requests:own", row.number)


@never_cache
def own(request: HttpRequest, number: str) -> HttpResponse:
    """One's own request: where it stands, what was said, what one may do."""
    return render(request, "access/requests/own.html", _own_context(opened(request, number)))


@require_POST
def supplement(request: HttpRequest, number: str) -> HttpResponse:
    """Add what was missing."""
    row = opened(request, number)
    form = SupplementForm(request.POST)
    if not form.is_valid():
        context = {**_own_context(row), "supplement": form}
        return render(request, "access/requests/own.html", context, status=422)
    operations.supplement_request(
        Act(by=CITIZEN), request=row, clues=form.cleaned_data["clues"], lookup=row.lookup
    )
    messages.success(request, _("补充内容已提交，档案馆将继续办理。"))
    return redirect("requests:own", number)


@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take it back."""
    row = opened(request, number)
    operations.withdraw_request(Act(by=CITIZEN), request=row, lookup=row.lookup)
    messages.success(request, _("申请已撤回。"))
    return redirect("requests:own", number)


@require_POST
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Rate the service."""
    row = opened(request, number)
    form = RatingForm(request.POST)
    if not form.is_valid():
        context = {**_own_context(row), "rating": form}
        return render(request, "access/requests/own.html", context, status=422)
    operations.rate_request(Act(by=CITIZEN), request=row, lookup=row.lookup, **form.cleaned_data)
    messages.success(request, _("谢谢您的评价。"))
    return redirect("requests:own", number)


def _own_context(row: ServiceRequest) -> dict[str, Any]:
    case = row.case
    delivered = case.state in ("delivered", "rated", "closed")
    certificates = row.certificates.filter(state__in=["valid", "void"])  # type: ignore[attr-defined]
    attached = row.attached.select_related("record__holder", "record__fonds")
    return {
        "row": row,
        "state": state_of(row),
        "steps": stages_of(row),
        "timeline": timeline_of(row),
        "values": plain_values(row),
        "who": masked_values(row),
        "reply": row.reply if delivered else "",
        "certificates": certificates if delivered else [],
        "open_records": [a.record for a in attached if a.record.is_public] if delivered else [],
        "supplement": SupplementForm() if case.state == "returned" else None,
        "rating": RatingForm() if case.state == "delivered" else None,
        "may_withdraw": case.state in ("submitted", "returned", "accepted"),
        "complaint": complaint_path(row) if case.state in ("refused", "unavailable") or
        (delivered and case.steps.filter(transition="withhold").exists()) else None,
    }  # fmt: skip


def complaint_path(row: ServiceRequest) -> dict[str, str]:
    """救济途径: where one may complain about a refusal (档案法 art. 28)."""
    authority = row.archives.parent
    return {
        "name": authority.name if authority else _("本级档案主管部门"),
        "phone": str(authority.details.get("phone", "")) if authority else "",
        "address": str(authority.details.get("address", "")) if authority else "",
    }


def _public_record(uid: str) -> Record | None:
    """The record a citizen came from: only an open one is known to them."""
    if not uid:
        return None
    try:
        wanted = UUID(uid)
    except ValueError:
        return None
    return records_for(CITIZEN).filter(uid=wanted).first()


def _the_archives() -> Institution:
    row = Institution.objects.filter(kind=Institution.ARCHIVES).order_by("pk").first()
    if row is None:
        raise NotFound("本系统还没有登记档案馆。", "No archives is registered here yet.")
    return row
