"""Pages of one form: the sheet, its checks as one types, sending, reviewing, offline, prints."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.core.desks.offline import OfflineRefused, build_form, read_answer, verify_answer
from lantai.core.desks.return_checking import check_form, read_cells, work_out
from lantai.foundation.desks.handing_out import handed_out, print_links
from lantai.foundation.desks.returns import operations, presenting
from lantai.foundation.desks.returns.definitions import definition_at, definition_of
from lantai.foundation.desks.returns.forms import OfflineFileForm
from lantai.foundation.desks.returns.handling_views import acts_of
from lantai.foundation.desks.returns.models import ReturnForm
from lantai.foundation.desks.returns.queries import (
    form_for,
    last_values,
    ticket_of,
    values_of,
)
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import Refusal, localised
from lantai.foundation.work import Act

MOST_CELLS = 5_000


@login_required
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of a form: to be filled in by its body, read by those above."""
    require(request.user, "returns.see")
    row = form_for(request.user, pk)
    if request.method == "POST":
        return _fill(request, row)
    return _page(request, row, values_of(row))


def _page(
    request: HttpRequest, row: ReturnForm, values: dict[str, Any], version: Any = None
) -> HttpResponse:
    definition = (
        definition_at(row.round, version.definition_version)
        if version
        else definition_of(row.round)
    )
    last = last_values(row)
    open_now = row.round.state == "open" and version is None
    filling, reviewing = row.state == ReturnForm.FILLING, row.state == ReturnForm.REVIEWING
    context = {
        "form": row,
        "round": row.round,
        "definition": definition,
        "tables": presenting.tables_of(definition, values, last),
        "findings": presenting.findings_of(check_form(definition, values, last)),
        "versions": presenting.versions_of(row),
        "version": version,
        "state": presenting.state_words()[row.state],
        "tone": presenting.TONES[row.state],
        "may_fill": open_now and filling and bool(decide(request.user, "returns.fill", form=row)),
        "may_review": open_now
        and reviewing
        and bool(decide(request.user, "returns.review", form=row)),
        "has_last": bool(last),
        "prints": print_links("returns:print", row.pk),
        **(acts_of(request.user, row) if version is None else {}),
    }
    return render(request, "foundation/returns/form.html", context)


def _given(request: HttpRequest) -> dict[str, str]:
    return {
        key.removeprefix("c."): value
        for key, value in list(request.POST.items())[:MOST_CELLS]
        if key.startswith("c.")
    }


def _fill(request: HttpRequest, row: ReturnForm) -> HttpResponse:
    edit = request.POST.get("edit", "")
    saved = operations.fill_form(
        Act(by=request.user),
        form=row,
        cells=_given(request),
        explanation=request.POST.get("note", ""),
        edit=int(edit) if edit.isdecimal() else None,
    )
    if request.POST.get("do") == "submit":
        operations.submit_form(Act(by=request.user), form=saved)
        messages.success(request, _("已报送，等候上级审核。"))
    else:
        messages.success(request, _("已保存，还没有报送。"))
    return redirect("returns:form", row.pk)


@require_POST
@login_required
def check(request: HttpRequest, pk: int) -> JsonResponse:
    """What the rules say of the cells as they are typed; nothing is kept."""
    require(request.user, "returns.see")
    row = form_for(request.user, pk)
    definition = definition_of(row.round)
    last = last_values(row)
    read, findings = read_cells(definition, _given(request))
    values = work_out(definition, read, last)
    found = [*findings, *check_form(definition, values, last)]
    worked = {
        one.code: presenting.written(values.get(one.code))
        for one in definition.indicators
        if one.formula
    }
    return JsonResponse({"findings": presenting.findings_of(found), "worked": worked})


@require_POST
@login_required
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to the form."""
    row = operations.accept_form(Act(by=request.user), form=form_for(request.user, pk))
    messages.success(
        request,
        _("审核通过。")
        if row.at is None
        else _("审核通过，已上报{place}。").format(place=row.at.name),
    )
    return redirect("returns:round", row.round.number)


@require_POST
@login_required
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the form back with the reason."""
    reason = request.POST.get("reason", "")[:2000]
    row = operations.return_form(
        Act(by=request.user, reason=reason), form=form_for(request.user, pk)
    )
    messages.success(request, _("已退回{place}修改。").format(place=row.body.name))
    return redirect("returns:round", row.round.number)


@login_required
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A form as it was at one of its versions."""
    require(request.user, "returns.see")
    row = form_for(request.user, pk)
    state = get_object_or_404(row.states.select_related("place"), version=number)
    values = presenting.values_of_state(definition_at(row.round, state.definition_version), state)
    return _page(request, row, values, version=state)


@login_required
def offline(request: HttpRequest, pk: int) -> HttpResponse:
    """The form as one HTML file that works without network."""
    require(request.user, "returns.see")
    row = form_for(request.user, pk)
    require(request.user, "returns.fill", form=row)
    page = build_form(
        definition_of(row.round), ticket_of(row), values_of(row), last_values(row),
        get_language() or "zh",
    )  # fmt: skip
    answer = HttpResponse(page, content_type="application/octet-stream")
    name = f"{row.round.number}-{row.body.code}.html"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
@login_required
def take_offline(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what an offline form exported; a changed file is refused with the reason."""
    row = form_for(request.user, pk)
    require(request.user, "returns.fill", form=row)
    given = OfflineFileForm(request.POST, request.FILES)
    if not given.is_valid():
        raise Refusal(
            "请选择离线填报表导出的文件。", "Choose the file that the offline form exported."
        )
    take_file(Act(by=request.user), row, given.cleaned_data["file"])
    messages.success(request, _("离线填报已读入，请核对后报送。"))
    return redirect("returns:form", pk)


def take_file(act: Act, row: ReturnForm, content: bytes) -> ReturnForm:
    """Read, verify and take an offline file for this form. `Refusal` says what is wrong with it."""
    try:
        document = read_answer(content)
        ticket = ticket_of(row)
        if (document.get("round"), document.get("body")) != (ticket.round, ticket.body):
            raise OfflineRefused(
                "another",
                f"这是{document.get('body')}的{document.get('round')}报表，不是这一张",
                "this file belongs to another form",
            )
        answer = verify_answer(document, ticket.key, definition_of(row.round))
    except OfflineRefused as refused:
        raise Refusal(
            f"离线文件没有读入：{refused.message_zh}。",
            f"The offline file was refused: {refused.message_en}.",
            code=f"offline-{refused.code}",
        ) from refused
    return operations.take_offline(act, form=row, answer=answer)


@login_required
def print_form(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A form as a paper."""
    require(request.user, "returns.see")
    row = form_for(request.user, pk)
    title = f"{row.round.title} {row.body.name}"
    return handed_out(presenting.sheet_of(row, values_of(row)), title, kind)


def as_document(row: ReturnForm) -> dict[str, Any]:
    """A form for a program."""
    return {
        "id": row.pk,
        "round": row.round.number,
        "body": row.body.code,
        "state": row.state,
        "at": row.at.code if row.at else None,
        "version": row.version,
        "cells": values_of(row),
        "note": row.note,
        "returned_reason": row.returned_reason,
        "message": localised(presenting.state_words()[row.state], row.state),
    }
