"""Pages of returns: the desk, opening a round, a round with its bodies, its lock."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.foundation.desks.owed.pressing import urged_words
from lantai.foundation.desks.places import below
from lantai.foundation.desks.returns import operations, presenting
from lantai.foundation.desks.returns.definitions import definition_of, return_definitions
from lantai.foundation.desks.returns.file_views import fillable
from lantai.foundation.desks.returns.forms import RoundForm
from lantai.foundation.desks.returns.handling_views import overdue_to_urge
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound
from lantai.foundation.desks.returns.queries import (
    forms_for,
    places_of,
    progress_of,
    round_for,
    rounds_for,
)
from lantai.foundation.desks.returns.statistics import BEHIND_BARS, narrowed
from lantai.foundation.desks.searching.finding import Asked
from lantai.foundation.desks.searching.presenting import found_panel
from lantai.foundation.desks.tables.giving import export_links
from lantai.foundation.paging import a_code, page_by_key
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import NotPermitted
from lantai.foundation.work import Act

PAGE = 50


@login_required
def rounds(request: HttpRequest) -> HttpResponse:
    """What I have to fill in and to review, and the rounds."""
    require(request.user, "returns.see")
    places = [place.pk for place in places_of(request.user)]
    forms = forms_for(request.user).filter(round__state="open")
    mine = forms.filter(body_id__in=places, state=ReturnForm.FILLING)[:PAGE]
    waiting = forms.filter(at_id__in=places, state=ReturnForm.REVIEWING)
    shown = []
    page = page_by_key(rounds_for(request.user), request.GET)
    for row in page.rows:
        counts = progress_of(row)
        shown.append({"round": row, "counts": counts, "total": sum(counts.values())})
    text = request.GET.get("q", "").strip()
    context = {
        "text": text,
        "found": found_panel(request, Asked(text, desk="returns")) if text else None,
        "mine": [presenting.form_row(form) for form in mine],
        "waiting": [presenting.form_row(form) for form in waiting[:PAGE]],
        "waiting_total": waiting.count(),
        "rounds": shown,
        "pager": page.pager,
        "export": export_links(request, "returns:export"),
        "may_open": bool(_owners(request)),
        "mistakes": return_definitions().mistakes(),
    }
    return render(request, "foundation/returns/rounds.html", context)


def _owners(request: HttpRequest) -> list[Any]:
    return [p for p in places_of(request.user) if decide(request.user, "returns.open", owner=p)]


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Open a round for every body below the owner that the definition asks."""
    owners = _owners(request)
    if not owners:
        raise NotPermitted("布置填报由档案主管部门办理。", "Rounds are opened by the authority.")
    shelf = return_definitions().all()
    form = RoundForm(request.POST or None, definitions=shelf.values(), owners=owners)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        owner = next(o for o in owners if o.code == given["owner"])
        asked = [place for place in below([owner]) if place.pk != owner.pk]
        row = operations.open_round(
            Act(by=request.user),
            owner=owner,
            definition=given["definition"],
            period=given["period"],
            title=given["title"],
            due_date=given["due_date"],
            review_days=given["review_days"] or 0,
            bodies=[p for p in asked if p.kind in shelf[given["definition"]].respondents],
        )
        messages.success(request, _("已布置，填报单位可以开始填写。"))
        return redirect("returns:round", row.number)
    known = [
        {
            "id": d.id,
            "label": presenting.label(d),
            "count": len(d.indicators),
            "verified": d.verified,
        }
        for d in shelf.values()
    ]
    return render(request, "foundation/returns/new.html", {"form": form, "definitions": known})


@login_required
def one_round(request: HttpRequest, number: str) -> HttpResponse:
    """A round: how far it has come, and the forms of the bodies one may see."""
    require(request.user, "returns.see")
    row = round_for(request.user, number)
    wanted = request.GET.get("state", "")
    wanted = wanted if wanted in presenting.TONES else ""
    text = request.GET.get("q", "").strip()
    words = presenting.state_words()
    counts = progress_of(row)
    total = sum(counts.values())
    context = {
        "round": row,
        "definition": definition_of(row),
        **_with_urgings(_answering(request, row, text, wanted) if text else _page(request, row)),
        "columns": [{"label": _("填报单位"), "kind": "title"}, {"label": _("状态")},
                    {"label": _("现在")}, {"label": _("版本")}, {"label": _("更新")}],
        "figures": [
            {"label": words[k], "value": n, "url": f"?state={k}"} for k, n in counts.items()
        ],
        "all": total,
        "accepted": counts[ReturnForm.ACCEPTED],
        "states": [{"value": "", "label": _("全部")}]
        + [{"value": k, "label": v} for k, v in words.items()],
        "wanted": wanted,
        "text": text,
        "kept": {k: request.GET[k] for k in BEHIND_BARS if request.GET.get(k)},
        "overdue": overdue_to_urge(request.user, row),
        "may_import": bool(fillable(request.user, row)),
        "export": export_links(request, "returns:export_round", number),
        "may_lock": row.state == "open" and bool(decide(request.user, "returns.open", round=row)),
    }  # fmt: skip
    return render(request, "foundation/returns/round.html", context)


def _with_urgings(shown: dict[str, Any]) -> dict[str, Any]:
    """How often each was urged, beside the forms shown."""
    urged = urged_words(line["form"].urn for line in shown["rows"])
    return {**shown, "rows": [{**r, "urged": urged.get(r["form"].urn, "")} for r in shown["rows"]]}


def _page(request: HttpRequest, row: ReturnRound) -> dict[str, Any]:
    """A page of the round's forms, by their bodies."""
    forms = narrowed(forms_for(request.user).filter(round=row), request.GET.dict())
    page = page_by_key(forms, request.GET, key="body__code", size=PAGE, read=a_code)
    return {
        "rows": [presenting.form_row(form) for form in page.rows],
        "total": page.total,
        "pager": page.pager,
    }


def _answering(request: HttpRequest, row: ReturnRound, text: str, wanted: str) -> dict[str, Any]:
    """The round's forms that answer a word, with the places that do."""
    asked = Asked(text, desk="returns", series=row.number, state=wanted, limit=PAGE)
    found = found_panel(request, asked)
    steps = {"next": found["next"], "previous": ""}
    return {
        "rows": [{**presenting.form_row(line["row"]), "found": line} for line in found["lines"]],
        "total": found["total"],
        "pager": steps if found["next"] else None,
    }


@require_POST
@login_required
def lock(request: HttpRequest, number: str) -> HttpResponse:
    """Lock the round."""
    row = round_for(request.user, number)
    reason = request.POST.get("reason", "")[:300]
    operations.lock_round(Act(by=request.user, reason=reason), round=row)
    messages.success(request, _("已锁定，数字不再变动。"))
    return redirect("returns:round", number)


@require_POST
@login_required
def accept_many(request: HttpRequest, number: str) -> HttpResponse:
    """Agree to every form that waits at my institution and was chosen."""
    row = round_for(request.user, number)
    chosen = [int(pk) for pk in request.POST.getlist("selected") if pk.isdecimal()][:PAGE]
    forms = forms_for(request.user).filter(round=row, pk__in=chosen, state=ReturnForm.REVIEWING)
    done = 0
    for form in forms:
        if decide(request.user, "returns.review", form=form):
            operations.accept_form(Act(by=request.user), form=form)
            done += 1
    messages.success(request, _("审核通过 {n} 张。").format(n=done))
    return redirect("returns:round", number)
