"""Pages' acts beside the way of a round: withdraw, urge, hand to a colleague."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.foundation.desks.evaluations import handling
from lantai.foundation.desks.evaluations.models import Assessment, EvaluationRound
from lantai.foundation.desks.evaluations.owing import overdue_of, owed_of
from lantai.foundation.desks.evaluations.queries import (
    assessment_for,
    fresh_opinions,
    judges,
    round_for,
    runs,
    scores_self,
)
from lantai.foundation.desks.owed import presenting
from lantai.foundation.desks.owed.handing import colleague
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound
from lantai.foundation.work import Act


@require_POST
@login_required
def handle(request: HttpRequest, number: str, code: str, do: str) -> HttpResponse:
    """An act on one body's sheet."""
    require(request.user, "evaluations.take_part")
    row = assessment_for(request.user, number, code)
    act = Act(by=request.user, reason=request.POST.get("reason", "")[:300])
    if do == "withdraw":
        handling.withdraw_self_score(act, assessment=row)
        messages.success(request, _("已撤回，可以修改后重新提交。"))
    elif do == "urge":
        handling.urge_assessments(act, round_=row.round, assessments=[row])
        messages.success(request, _("已催办。"))
    elif do in ("delegate", "take-back"):
        given = request.POST.get("person", "")
        person = colleague(given) if do == "delegate" else request.user
        handling.hand_over_assessment(act, assessment=row, person=person)  # type: ignore[arg-type]
        messages.success(request, _("已委派。") if do == "delegate" else _("已收回。"))
    else:
        raise NotFound("没有这种办法。", "No such act.")
    return redirect("evaluations:assessment", number, code)


@require_POST
@login_required
def urge_overdue(request: HttpRequest, number: str) -> HttpResponse:
    """Press all of the round who are overdue."""
    require(request.user, "evaluations.take_part")
    row = round_for(request.user, number)
    act = Act(by=request.user, reason=request.POST.get("reason", "")[:300])
    count = handling.urge_assessments(act, round_=row)
    messages.success(request, _("已催办 {n} 家。").format(n=count))
    return redirect("evaluations:round", number)


def acts_of(actor: Any, row: Assessment) -> dict[str, Any]:
    """What stands beside a sheet: the acts the person may do, and what was done."""

    def url(do: str) -> str:
        return reverse("evaluations:handle", args=[row.round.number, row.subject.code, do])

    told = presenting.told_beside(actor, row.urn, row.state)
    if row.state == Assessment.REVIEW and not (told["gave"] or _knows(actor, row)):
        told["handed"] = []  # the body is not told who its experts are
    acts = []
    own = row.state == Assessment.REVIEW and scores_self(actor, row)
    if own and not fresh_opinions(row):
        sure = _("撤回已提交的自评？撤回后可以修改，须重新提交。")
        acts.append(presenting.withdraw(url("withdraw"), sure))
    if runs(actor, row.round) and owed_of(row):
        acts.append(presenting.urge(url("urge")))
    if people := handling.colleagues_of(row, actor):
        acts.append(presenting.delegate(url("delegate"), people, reason=True))
    if told["gave"]:
        acts.append(presenting.take_back(url("take-back")))
    return {"acts": acts, "told": told}


def overdue_to_urge(actor: Any, row: EvaluationRound) -> int:
    """How many sheets of the round are overdue, for who runs it."""
    return len(overdue_of(row)) if runs(actor, row) else 0


def _knows(actor: Any, row: Assessment) -> bool:
    """Does the person run the round, or judge this body?"""
    return runs(actor, row.round) or judges(actor, row)
