"""Pages of the sending side: the batches, one batch, its report, its register."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.foundation.paging import page_by_key
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import NotFound, Refusal
from lantai.foundation.work import Act
from lantai.resources.filing.queries import chosen_items, units_of
from lantai.resources.transfers import operations
from lantai.resources.transfers.models import CheckRun, Transfer
from lantai.resources.transfers.printing import signed_report
from lantai.resources.transfers.queries import items_of, transfer_for, transfers_for
from lantai.resources.transfers.register import TITLE, register_as_pdf, register_of
from lantai.resources.transfers.showing import page_of, report_of, verdict_label
from lantai.resources.transfers.states import label, tone

MENDABLE = (Transfer.DRAFT, Transfer.READY, Transfer.RETURNED)
LINES_SHOWN = 200


def transfers(request: HttpRequest) -> HttpResponse:
    """The batches of my unit."""
    units = units_of(request.user)
    require(request.user, "filing.see", unit=units[0] if units else None)
    page = page_by_key(transfers_for(request.user).filter(unit__in=units), request.GET)
    columns = (_("编号"), _("名称"), _("数量"), _("版本"), _("状态"), _("变动时间"))
    return render(
        request,
        "resources/transfers/transfers.html",
        {
            "columns": [{"label": text} for text in columns],
            "rows": [
                {
                    "id": row.pk,
                    "cells": [
                        {"text": row.number, "url": f"/transfers/{row.number}/"},
                        row.title,
                        str(row.items or row.lines.count()),
                        str(row.version),
                        {"text": label(row.state), "tone": tone(row.state)},
                        localtime(row.updated_at).strftime("%Y-%m-%d %H:%M"),
                    ],
                }
                for row in page.rows
            ],
            "total": page.total,
            "pager": page.pager,
            "may_receive": decide(
                request.user, "accession.receive", unit=units[0] if units else None
            ),
        },
    )


@login_required
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Open a batch with the documents chosen on the list of filing."""
    units = units_of(request.user)
    if not units:
        raise Refusal("只有立档单位可以移交。", "Only a creating unit transfers.")
    found = chosen_items(request.user, units[0], request.POST, request.GET.dict())
    row = operations.open_transfer(Act(by=request.user), unit=units[0], items=found)
    messages.success(request, _("已列入移交 %(number)s，核对后组包。") % {"number": row.number})
    return redirect("transfers:transfer", row.number)


def transfer(request: HttpRequest, number: str) -> HttpResponse:
    """One batch at the sending side."""
    row = transfer_for(request.user, number)
    require(request.user, "transfers.see", transfer=row)
    lines = list(items_of(row)[: LINES_SHOWN + 1])
    signs = {Transfer.READY, Transfer.SUBMITTED, Transfer.CHECKING, Transfer.AWAITING}
    prepare = bool(decide(request.user, "transfers.prepare", transfer=row))
    return render(
        request,
        "resources/transfers/transfer.html",
        {
            **page_of(row),
            "lines": lines[:LINES_SHOWN],
            "more_lines": len(lines) > LINES_SHOWN,
            "may_build": prepare and row.state in MENDABLE and not row.external,
            "may_mend_external": prepare and row.state == Transfer.RETURNED and row.external,
            "may_remove": prepare and row.state in MENDABLE,
            "may_sign": row.state in signs
            and not row.is_signed_by_sender
            and decide(request.user, "transfers.sign", transfer=row),
            "may_submit": row.state == Transfer.READY
            and row.is_signed_by_sender
            and decide(request.user, "transfers.submit", transfer=row),
        },
    )


@require_POST
def build(request: HttpRequest, number: str) -> HttpResponse:
    """Have the package made."""
    operations.build_transfer(Act(by=request.user), transfer=transfer_for(request.user, number))
    messages.success(request, _("正在组包并做归档环节检测，完成后等待负责人签字。"))
    return redirect("transfers:transfer", number)


@require_POST
def sign(request: HttpRequest, number: str) -> HttpResponse:
    """The leader signs."""
    operations.sign_handover(Act(by=request.user), transfer=transfer_for(request.user, number))
    messages.success(request, _("已签字。"))
    return redirect("transfers:transfer", number)


@require_POST
def submit(request: HttpRequest, number: str) -> HttpResponse:
    """Send it to the archives."""
    operations.submit_transfer(Act(by=request.user), transfer=transfer_for(request.user, number))
    messages.success(request, _("已提交，档案馆正在做四性检测。"))
    return redirect("transfers:transfer", number)


@require_POST
def remove(request: HttpRequest, number: str, uid: UUID) -> HttpResponse:
    """Take a document out of the batch."""
    row = transfer_for(request.user, number)
    item = items_of(row).filter(uid=uid).first()
    if item is not None:
        operations.remove_item(Act(by=request.user), transfer=row, item=item)
    return redirect("transfers:transfer", number)


def _run_for(request: HttpRequest, number: str, pk: int) -> CheckRun:
    row = transfer_for(request.user, number)
    require(request.user, "transfers.see", transfer=row)
    run = row.runs.filter(pk=pk).first()
    if run is None:
        raise NotFound("没有这次检测。", "No such run of the checks.")
    return run


def report_pdf(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The report of a run on paper 检测报告单, signed by this installation."""
    run = _run_for(request, number, pk)
    response = HttpResponse(signed_report(run), content_type="application/pdf")
    name = f"{run.transfer.number}-{run.stage}-{run.version}-report.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def report(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One run of the checks, for both sides."""
    run = _run_for(request, number, pk)
    row = run.transfer
    columns = (_("检测项"), _("名称"), _("结论"))
    return render(
        request,
        "resources/transfers/report.html",
        {
            "transfer": row,
            "run": run,
            "verdict": verdict_label(run),
            "groups": report_of(run),
            "columns": [{"label": text} for text in columns],
            "not_shown": run.counts.get("not_shown", 0),
        },
    )


def register(request: HttpRequest, number: str) -> HttpResponse:
    """The hand-over register, for printing."""
    row = transfer_for(request.user, number)
    require(request.user, "transfers.see", transfer=row)
    return render(
        request,
        "resources/transfers/register.html",
        {"register": register_of(row), "title": TITLE, "transfer": row},
    )


def register_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The hand-over register as PDF."""
    row = transfer_for(request.user, number)
    require(request.user, "transfers.see", transfer=row)
    response = HttpResponse(register_as_pdf(row), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{row.number}-register.pdf"'
    return response
