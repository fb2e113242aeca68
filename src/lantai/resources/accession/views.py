"""Pages of the accession desk: what came in, one batch, receive a package, accept or send back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.foundation.paging import page_by_key
from lantai.foundation.policy import Decision, decide, institutions_of, require
from lantai.foundation.refusal import Refusal, localised
from lantai.foundation.work import Act
from lantai.resources.accession import operations
from lantai.resources.accession.intake import keep_upload
from lantai.resources.accession.models import Reception
from lantai.resources.accession.queries import (
    ARCHIVES_ROLES,
    arrival_for,
    arrivals_for,
    receptions_for,
)
from lantai.resources.transfers.models import Transfer
from lantai.resources.transfers.queries import last_run, transfer_for
from lantai.resources.transfers.showing import page_of
from lantai.resources.transfers.states import STATES, label, tone
from lantai.resources.uploads import receiving

RECEPTION_STATES = {
    Reception.WAITING: ("正在打开", "being opened", "running"),
    Reception.TAKEN: ("已收取", "taken in", "pass"),
    Reception.DUPLICATE: ("重复，未收", "duplicate", "warning"),
    Reception.REFUSED: ("已隔离", "in quarantine", "fail"),
}


def desk(request: HttpRequest) -> HttpResponse:
    """The batches that reached my archives."""
    places = institutions_of(request.user, ARCHIVES_ROLES)
    require(request.user, "accession.see", archives=places[0] if places else None)
    rows = arrivals_for(request.user)
    if (state := request.GET.get("state", "")) in STATES:
        rows = rows.filter(state=state)
    page = page_by_key(rows, request.GET)
    columns = (_("编号"), _("移交单位"), _("名称"), _("数量"), _("状态"), _("提交时间"))
    return render(
        request,
        "resources/accession/desk.html",
        {
            "columns": [{"label": text} for text in columns],
            "rows": [_row(row) for row in page.rows],
            "total": page.total,
            "pager": page.pager,
            "state": state,
            "states": [{"value": "", "label": _("全部")}]
            + [
                {"value": key, "label": label(key)}
                for key in STATES
                if key not in {Transfer.DRAFT, Transfer.BUILDING, Transfer.READY}
            ],
            "may_receive": _may_receive(request, places),
        },
    )


def _may_receive(request: HttpRequest, places: list[Any]) -> Decision:
    return decide(request.user, "accession.receive", archives=places[0] if places else None)


def _row(row: Transfer) -> dict[str, Any]:
    return {
        "id": row.pk,
        "cells": [
            {"text": row.number, "url": f"/accession/{row.number}/"},
            row.unit.name,
            row.title,
            str(row.items),
            {"text": label(row.state), "tone": tone(row.state)},
            localtime(row.submitted_at).strftime("%Y-%m-%d %H:%M") if row.submitted_at else "—",
        ],
    }


def receptions(request: HttpRequest) -> HttpResponse:
    """Every arrival from outside, with what became of it."""
    require(request.user, "jobs.see")
    columns = (_("时间"), _("名称"), _("来路"), _("结果"), _("移交"), _("说明"))
    page = page_by_key(receptions_for(request.user), request.GET)
    places = institutions_of(request.user, ARCHIVES_ROLES)
    return render(
        request,
        "resources/accession/receptions.html",
        {
            "columns": [{"label": text} for text in columns],
            "rows": [_reception_row(row) for row in page.rows],
            "total": page.total,
            "pager": page.pager,
            "may_receive": _may_receive(request, places),
        },
    )


def _reception_row(row: Reception) -> dict[str, Any]:
    zh, en, shade = RECEPTION_STATES[row.state]
    channels = {"page": _("页面"), "api": _("接口"), "watched": _("监视文件夹")}
    number = row.transfer.number if row.transfer else ""
    return {
        "id": row.pk,
        "cells": [
            localtime(row.received_at).strftime("%Y-%m-%d %H:%M"),
            row.name,
            channels.get(row.channel, row.channel),
            {"text": localised(zh, en), "tone": shade},
            {"text": number, "url": f"/transfers/{number}/"} if number else "—",
            localised(row.problem_zh, row.problem_en) or "—",
        ],
    }


def receive(request: HttpRequest) -> HttpResponse:
    """Bring a package (zip, tar, 7z) by the page: new, or mended after it was sent back."""
    act = Act(by=request.user)
    mended = None
    if number := request.POST.get("transfer", "") or request.GET.get("transfer", ""):
        mended = transfer_for(request.user, number)
    places = institutions_of(request.user, ["archivist"])
    units = institutions_of(request.user, ["records_officer"])
    unit = units[0] if units else None
    archives = places[0] if places else unit.archives if unit else None
    require(request.user, "accession.receive", archives=archives, unit=unit)
    if request.method != "POST":
        return render(
            request,
            "resources/accession/receive.html",
            {"archives": archives, "unit": unit, "mended": mended, "limit": receiving.LARGEST},
        )
    uploads = receiving.whole_uploads(request.user, request.POST.getlist("uploads"))
    if not uploads:
        raise Refusal("还没有上传完的信息包；请先上传。", "Upload a package first.")
    for upload in uploads:
        operations.receive_package(
            act, archives=archives, unit=unit, name=upload.name, place=keep_upload(upload),
            size=upload.size, channel="page", transfer=mended,
        )  # fmt: skip
    receiving.taken(uploads)
    messages.success(request, _("已收到，正在打开和检测；结果见收包记录。"))
    return redirect("accession:receptions")


def arrival(request: HttpRequest, number: str) -> HttpResponse:
    """One batch at the receiving side."""
    row = arrival_for(request.user, number)
    require(request.user, "accession.see", transfer=row)
    run = last_run(row, "transfer")
    may = row.state == Transfer.AWAITING and decide(request.user, "accession.accept", transfer=row)
    return render(
        request,
        "resources/accession/arrival.html",
        {
            **page_of(row),
            "last_run": run,
            "may_accept": may and row.is_signed_by_sender,
            "waits_for_sender": row.state == Transfer.AWAITING and not row.is_signed_by_sender,
            "may_return": may,
        },
    )


@require_POST
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """Sign for it; the deposit follows as a job."""
    operations.accept_transfer(Act(by=request.user), transfer=arrival_for(request.user, number))
    messages.success(request, _("已接收签字，正在入库。"))
    return redirect("accession:arrival", number)


@require_POST
def give_back(request: HttpRequest, number: str) -> HttpResponse:
    """Send it back with a reason."""
    operations.return_transfer(
        Act(by=request.user),
        transfer=arrival_for(request.user, number),
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("已退回，移交单位会收到待办和检测报告。"))
    return redirect("accession:arrival", number)
