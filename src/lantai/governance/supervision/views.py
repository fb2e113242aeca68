"""Pages of supervision: draws, the check on site, and what the public sees of both."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.foundation.desks.attachments.storing import store_file
from lantai.foundation.desks.cases.models import Case, CaseParty
from lantai.foundation.desks.cases.queries import case_for, definition_of
from lantai.foundation.desks.cases.words import words_of
from lantai.foundation.policy import require
from lantai.foundation.refusal import Refusal, localised
from lantai.foundation.work import Act
from lantai.governance.supervision import operations
from lantai.governance.supervision.forms import DrawForm
from lantai.governance.supervision.models import Draw
from lantai.governance.supervision.offline import read_site_form, site_form
from lantai.governance.supervision.queries import (
    authority_of,
    bodies_below,
    checklist_items,
    draw_file,
    draw_named,
    inspectors_of,
    published_results,
)

CHECKLIST = "archives_work"
LATEST = 100


@login_required
def draws(request: HttpRequest) -> HttpResponse:
    """The authority's draws, and the form of a new one."""
    require(request.user, "supervision.see")
    authority = authority_of(request.user)
    form = DrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        require(request.user, "supervision.draw", authority=authority)
        if authority is None:
            raise Refusal("您不在主管部门。", "You are not at an authority.")
        draw = operations.commit_draw(
            Act(by=request.user), authority=authority, title=form.cleaned_data["title"],
            lists=form.lists(bodies_below(authority), inspectors_of(authority)),
        )  # fmt: skip
        messages.success(request, _("名录和承诺已公布；抽取后公开种子，任何人都能重算。"))
        return redirect("supervision:draw", draw.number)
    rows = Draw.objects.filter(authority=authority).order_by("-pk")[:LATEST] if authority else []
    never = []
    if authority:
        seen = CaseParty.objects.filter(role="target", case__definition="inspection")
        never = list(bodies_below(authority).exclude(pk__in=seen.values("institution"))[:LATEST])
    context = {"form": form, "rows": rows, "authority": authority, "never": never}
    return render(
        request, "governance/supervision/draws.html", context, status=422 if form.errors else 200
    )


def draw(request: HttpRequest, number: str) -> HttpResponse:
    """One draw, open to everybody: lists, commitment; afterwards the seed and the result."""
    row = draw_named(number)
    names = {t["id"]: t["name"] for t in row.lists["targets"]}
    people = {i["id"]: i["name"] for i in row.lists["inspectors"]}
    lines = [
        {"target": names[r["target"]], "inspectors": "、".join(people[i] for i in r["inspectors"])}
        for r in row.result
    ]
    mine = authority_of(request.user) if request.user.is_authenticated else None
    cases = Case.objects.filter(subject=row.urn).order_by("pk") if mine else []
    context = {"draw": row, "lines": lines, "cases": cases,
               "may_draw": not row.drawn_at and mine is not None and mine.pk == row.authority_id}  # fmt: skip
    return render(request, "governance/supervision/draw.html", context)


def draw_json(request: HttpRequest, number: str) -> HttpResponse:
    """The file that `lantai draw verify` reads."""
    row = draw_named(number)
    answer = HttpResponse(draw_file(row), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{row.number}.json"'
    return answer


@require_POST
@login_required
def hold(request: HttpRequest, number: str) -> HttpResponse:
    """Draw."""
    row = operations.hold_draw(
        Act(by=request.user), draw=draw_named(number), beacon=request.POST.get("beacon", "")
    )
    messages.success(request, _("已抽取 {n} 个单位，检查已立件。").format(n=len(row.result)))
    return redirect("supervision:draw", row.number)


@login_required
def on_site(request: HttpRequest, number: str) -> HttpResponse:
    """The check on site: items with verdicts and photographs, or the form for no network."""
    case = case_for(request.user, number)
    require(request.user, "supervision.check", case=case)
    items = checklist_items(CHECKLIST)
    if request.method == "POST":
        _take_check(request, case, items)
        messages.success(request, _("现场情况已登记。"))
        return redirect("supervision:site", number)
    english = (get_language() or "zh").startswith("en")
    rows: list[Any] = [{**i, "label": i["en"] if english else i["zh"]} for i in items]
    context = {"case": case, "items": rows, "checks": case.site_checks.order_by("-pk"),  # type: ignore[attr-defined]
               "open": case.state == "onsite"}  # fmt: skip
    return render(request, "governance/supervision/site.html", context)


def _take_check(request: HttpRequest, case: Case, items: list[dict[str, Any]]) -> None:
    act = Act(by=request.user)
    sent = request.FILES.get("form")
    if sent is not None:
        checklist, answers, photos = read_site_form(case, sent.read())
        operations.record_site_check(
            act, case=case, checklist=checklist, items=answers, photos=photos, offline=True
        )
        return
    answers = {
        i["id"]: {"verdict": request.POST[f"v{i['id']}"],
                  "note": request.POST.get(f"n{i['id']}", "")[:2000]}
        for i in items
        if request.POST.get(f"v{i['id']}")
    }  # fmt: skip
    photos = [
        (i["id"], store_file(one.name or "", one))
        for i in items
        for one in request.FILES.getlist(f"p{i['id']}")
    ]
    operations.record_site_check(act, case=case, checklist=CHECKLIST, items=answers, photos=photos)


@login_required
def site_file(request: HttpRequest, number: str) -> HttpResponse:
    """The form as one file for a telephone without network."""
    case = case_for(request.user, number)
    require(request.user, "supervision.check", case=case)
    answer = HttpResponse(site_form(case, CHECKLIST), content_type="text/html; charset=utf-8")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'检查表-{number}.html')}"
    return answer


def results(request: HttpRequest) -> HttpResponse:
    """What the public sees: draws announced and held, results of inspections."""
    rows = []
    for case in published_results()[:LATEST]:
        rules = definition_of(case)
        rows.append({
            "title": case.title, "at": case.state_since, "authority": case.institution.name,
            "values": [
                (localised(f.label_zh, f.label_en), words_of(f, case.data.get(f.name)))
                for name in rules.public_fields
                if (f := rules.every_field[name])
            ],
        })  # fmt: skip
    announced = Draw.objects.select_related("authority").order_by("-pk")[:LATEST]
    context = {"rows": rows, "draws": announced}
    return render(request, "governance/supervision/results.html", context)
