"""Pages of the desk that need no domain: start a case, its files and papers, acts, statistics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.core.desks.charts import bar_option
from lantai.core.registry import UnknownId
from lantai.foundation.desks.attachments.storing import (
    StoredFile,
    store_file,
)
from lantai.foundation.desks.cases import handling, operations
from lantai.foundation.desks.cases.authority import opening_places
from lantai.foundation.desks.cases.definitions import rules_for
from lantai.foundation.desks.cases.entering import values_for
from lantai.foundation.desks.cases.forms import StartForm
from lantai.foundation.desks.cases.importing import why_not
from lantai.foundation.desks.cases.papers import paper
from lantai.foundation.desks.cases.queries import case_for, cases_for
from lantai.foundation.desks.cases.statistics import statistics_of
from lantai.foundation.desks.handing_out import attachment_given, handed_out
from lantai.foundation.desks.owed.handing import colleague
from lantai.foundation.desks.registers.queries import entry_for
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound, Refusal, localised
from lantai.foundation.work import Act


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """What may be started, by whom it may be."""
    require(request.user, "cases.see")
    rows = [
        {"id": rules.id, "label": localised(rules.label_zh, rules.label_en),
         "clauses": "；".join(rules.clauses), "verified": rules.verified,
         "states": len(rules.states)}
        for rules in handling.open_definitions()
        if opening_places(request.user, rules)
    ]  # fmt: skip
    return render(request, "foundation/cases/start.html", {"rows": rows})


@login_required
def begin(request: HttpRequest, register: str, pk: int) -> HttpResponse:
    """What may be begun from a line of a register, with what it holds filled in."""
    require(request.user, "cases.see")
    row, _definition = entry_for(request.user, register, pk)
    found = [
        {"id": rules.id, "label": localised(rules.label_zh, rules.label_en),
         "clauses": "；".join(rules.clauses), "verified": rules.verified,
         "states": len(rules.states), "given": urlencode(values_for(rules, row))}
        for rules in handling.open_definitions()
        if any(e.register == register for e in rules.entries)
        and opening_places(request.user, rules)
    ]  # fmt: skip
    if len(found) == 1:
        return redirect(f"{reverse('cases:open', args=[found[0]['id']])}?{found[0]['given']}")
    return render(request, "foundation/cases/start.html", {"rows": found, "entry": row})


@login_required
def open_one(request: HttpRequest, key: str) -> HttpResponse:
    """The start form of a definition."""
    require(request.user, "cases.see")
    rules = rules_named(key)
    places = opening_places(request.user, rules)
    if not places:
        raise Refusal("这类事项不由您提出。", "It is not yours to open.", code="not-permitted")
    form = StartForm(
        rules, places, request.POST or None, request.FILES or None, initial=request.GET.dict()
    )
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["institution"]
        made = operations.open_case(
            Act(by=request.user), definition=key,
            institution=next(p for p in places if p.code == code),
            title=form.cleaned_data.get("title", ""), data=form.given(),
            files=stored(form.uploads()),
        )  # fmt: skip
        messages.success(request, _("已立件，编号 {number}。").format(number=made.number))
        return redirect(operations.case_url(made))
    context = {"rules": rules, "label": localised(rules.label_zh, rules.label_en), "form": form,
               "may_import": not why_not(rules)[0]}  # fmt: skip
    return render(
        request, "foundation/cases/open.html", context, status=422 if form.errors else 200
    )


def stored(uploads: Mapping[str, list[Any]]) -> dict[str, list[StoredFile]]:
    """Put the sent files into the store before the operation that names them."""
    return {
        name: [store_file(one.name or "", one) for one in files] for name, files in uploads.items()
    }


def rules_named(key: str) -> Any:
    """The rules of a definition, or `NotFound`."""
    try:
        return rules_for(key)
    except UnknownId:
        raise NotFound("没有这个办件定义。", "No such definition.") from None


@login_required
def file(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """One file of the case, compared with its digest before it is given."""
    require(request.user, "cases.see")
    return attachment_given(case_for(request.user, number).urn, pk)


@login_required
def document(request: HttpRequest, number: str, key: str, kind: str) -> HttpResponse:
    """A paper of the case as a file."""
    require(request.user, "cases.see")
    case = case_for(request.user, number)
    return handed_out(paper(case, key, kind), f"{case.title} {number}-{key}", kind)


@require_POST
@login_required
def handle(request: HttpRequest, number: str, do: str) -> HttpResponse:
    """An act beside the moves."""
    require(request.user, "cases.see")
    case = case_for(request.user, number)
    perform(Act(by=request.user), case, do, request.POST)
    messages.success(request, _("已办理。"))
    return redirect("cases:cases" if do == "recuse" else operations.case_url(case))


def perform(act: Act, case: Any, do: str, given: Mapping[str, Any]) -> Any:
    """Return, withdraw, urge, recuse or delegate, by its word."""
    reason = str(given.get("reason", ""))
    if do == "delegate":
        person = colleague(str(given.get("person", "")))
        return handling.delegate_case(act, case=case, person=person, reason=reason)
    verbs: dict[str, Any] = {
        "return": handling.return_case, "withdraw": handling.withdraw_case,
        "urge": handling.urge_case, "recuse": handling.recuse_from_case,
    }  # fmt: skip
    if do not in verbs:
        raise NotFound("没有这种办法。", "No such act.")
    return verbs[do](act, case=case, reason=reason)


@login_required
def statistics(request: HttpRequest, key: str) -> HttpResponse:
    """Counts and durations of the cases the person may see, with charts."""
    require(request.user, "cases.see")
    rules = rules_named(key)
    told = statistics_of(rules, cases_for(request.user))
    place = f"{reverse('cases:cases')}?definition={rules.id}"
    states = [
        (localised(zh, en), n, f"{place}&status=all&state={state}")
        for state, zh, en, n in told["by_state"]
    ]
    months = [(m, n, f"{place}&status=all&opened={m}") for m, n in told["by_month"]]
    spent = [(localised(zh, en), n) for _id, zh, en, n in told["by_step"]]
    context = {
        "rules": rules, "label": localised(rules.label_zh, rules.label_en), "told": told,
        "states": states, "months": months, "spent": spent, "place": place,
        "state_chart": bar_option([s for s, *_r in states], [(_("件"), [n for _s, n, _u in states])]),
        "month_chart": bar_option([m for m, _n in told["by_month"]],
                                  [(_("件"), [n for _m, n in told["by_month"]])]),
    }  # fmt: skip
    return render(request, "foundation/cases/statistics.html", context)
