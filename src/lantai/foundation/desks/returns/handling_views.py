"""Pages' acts beside the way of a form: withdraw, urge, hand to a colleague, its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.foundation.desks.attachments.storing import (
    attachments_of,
    store_file,
)
from lantai.foundation.desks.handing_out import attachment_given, attachment_of
from lantai.foundation.desks.owed import presenting
from lantai.foundation.desks.owed.handing import colleague
from lantai.foundation.desks.returns import handling
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound
from lantai.foundation.desks.returns.owing import overdue_of, stage_of
from lantai.foundation.desks.returns.queries import form_for, round_for
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import NotFound
from lantai.foundation.work import Act


@require_POST
@login_required
def handle(request: HttpRequest, pk: int, do: str) -> HttpResponse:
    """An act on one form."""
    row = form_for(request.user, pk)
    act = Act(by=request.user, reason=request.POST.get("reason", "")[:2000])
    if do == "withdraw":
        handling.withdraw_form(act, form=row)
        messages.success(request, _("已撤回，可以修改后重新报送。"))
    elif do == "urge":
        handling.urge_forms(act, round=row.round, forms=[row])
        messages.success(request, _("已催办。"))
    elif do == "delegate":
        handling.hand_over_form(act, form=row, person=colleague(request.POST.get("person", "")))
        messages.success(request, _("已委派。"))
    elif do == "take-back":
        handling.hand_over_form(act, form=row, person=request.user)  # type: ignore[arg-type]
        messages.success(request, _("已收回。"))
    elif do == "attach":
        require(request.user, "returns.fill", form=row)
        files = [store_file(f.name or "", f) for f in request.FILES.getlist("file")]
        handling.attach_to_form(act, form=row, files=files)
        messages.success(request, _("附件已保存。"))
    else:
        raise NotFound("没有这种办法。", "No such act.")
    return redirect("returns:form", pk)


@require_POST
@login_required
def urge_overdue(request: HttpRequest, number: str) -> HttpResponse:
    """Press all of the round who are overdue."""
    row = round_for(request.user, number)
    act = Act(by=request.user, reason=request.POST.get("reason", "")[:2000])
    count = handling.urge_forms(act, round=row)
    messages.success(request, _("已催办 {n} 家。").format(n=count))
    return redirect("returns:round", number)


@login_required
def file(request: HttpRequest, pk: int, key: int) -> FileResponse:
    """One file of a form, compared with its digest before it is given."""
    require(request.user, "returns.see")
    return attachment_given(form_for(request.user, pk).urn, key)


@require_POST
@login_required
def detach(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Take a file off a form."""
    row = form_for(request.user, pk)
    part = attachment_of(row.urn, key)
    handling.detach_from_form(Act(by=request.user), form=row, attachment=part)
    messages.success(request, _("附件已移除。"))
    return redirect("returns:form", pk)


def acts_of(actor: Any, row: ReturnForm) -> dict[str, Any]:
    """What stands beside a form: the acts the person may do, what was done, its files."""

    def url(do: str) -> str:
        return reverse("returns:handle", args=[row.pk, do])

    told = presenting.told_beside(actor, row.urn, stage_of(row))
    acts = []
    open_now = row.round.state == ReturnRound.OPEN
    last = row.states.exclude(kind="migrated").order_by("-version").first()
    sent = row.state == ReturnForm.REVIEWING and last and last.kind == "submitted"
    if open_now and sent and decide(actor, "returns.fill", form=row):
        sure = _("撤回已报送的报表？撤回后可以修改，须重新报送。")
        acts.append(presenting.withdraw(url("withdraw"), sure))
    waits = row.state != ReturnForm.ACCEPTED and row.at_id != row.round.owner_id
    if open_now and waits and decide(actor, "returns.open", round=row.round):
        acts.append(presenting.urge(url("urge")))
    if people := handling.colleagues_of(row, actor):
        acts.append(presenting.delegate(url("delegate"), people, reason=True))
    if open_now and told["gave"]:
        acts.append(presenting.take_back(url("take-back")))
    return {"acts": acts, "told": told, "files": list(attachments_of(row.urn))}


def overdue_to_urge(actor: Any, row: ReturnRound) -> int:
    """How many forms of the round are overdue, for who asked for it."""
    if row.state != ReturnRound.OPEN or not decide(actor, "returns.open", round=row):
        return 0
    return len(overdue_of(row))
