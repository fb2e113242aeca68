"""Pages of supervision: draws, the check on site, and what the public sees of both."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.foundation.desks.attachments.storing import attachments_of, store_file
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.presenting import case_row
from lantai.foundation.desks.cases.queries import case_for
from lantai.foundation.policy import require
from lantai.foundation.refusal import Refusal, localised
from lantai.foundation.work import Act
from lantai.governance.notices.queries import public_cases, public_kinds, told_of
from lantai.governance.supervision import operations
from lantai.governance.supervision.forms import DrawForm, sheet_columns
from lantai.governance.supervision.models import Draw, SiteCheck
from lantai.governance.supervision.offline import read_site_form, site_form
from lantai.governance.supervision.queries import (
    authority_of,
    bodies_below,
    checklist_items,
    draw_file,
    draw_named,
    inspectors_of,
    weights_by_ledger,
    year_covered,
)

CHECKLIST = "archives_work"
LATEST = 100
YEARS = 5  # of coverage shown


@login_required
def draws(request: HttpRequest) -> HttpResponse:
    """The authority's draws, who was never inspected, and the form of a new draw."""
    require(request.user, "supervision.see")
    authority = authority_of(request.user)
    if authority is None:
        raise Refusal("双随机抽取由档案主管部门办理；您不在主管部门。",
                      "Draws are held by an authority; you are not at one.")  # fmt: skip
    bodies, people = bodies_below(authority), inspectors_of(authority)
    form = DrawForm(
        request.POST or None, bodies=bodies, people=people,
        initial={"items": "\n".join(item["zh"] for item in checklist_items(CHECKLIST))},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        require(request.user, "supervision.draw", authority=authority)
        draw = operations.commit_draw(
            Act(by=request.user), authority=authority, title=form.cleaned_data["title"],
            lists=form.lists(),
        )  # fmt: skip
        messages.success(request, _("名录和承诺已公布；抽取后公开种子，任何人都能重算。"))
        return redirect("supervision:draw", draw.number)
    this_year = localdate().year
    asked = request.GET.get("year", "")
    covered = year_covered(authority, int(asked) if asked.isdecimal() else this_year)
    context = {
        "form": form, "authority": authority, "sheets": _sheets(form, weights_by_ledger(authority)),
        "rows": Draw.objects.filter(authority=authority).order_by("-pk")[:LATEST],
        "people": len(form.people), "covered": covered, "share": f"{covered.share:.0%}",
        "inspected": [{"name": b.name, "case": case_row(c)} for b, c in covered.inspected],
        "missed": [{"place": b, "last": last} for b, last in covered.missed[:LATEST]],
        "years": [{"label": year, "url": f"?year={year}", "active": year == covered.year}
                  for year in range(this_year, this_year - YEARS, -1)],
    }  # fmt: skip
    return render(
        request, "governance/supervision/draws.html", context, status=422 if form.errors else 200
    )


def _sheets(form: DrawForm, weights: dict[str, int]) -> list[dict[str, Any]]:
    """The two lists of pairs, as sheets to fill in or paste into; weights as the ledger has them."""
    begun = {"weighted": "\n".join(f"{name}\t{weight}" for name, weight in weights.items())}
    names, people = [b.name for b in form.bodies], [p.name for p in form.people]
    told = {
        "weighted": (_("提高概率的单位"), _("有投诉或上次有严重问题的，权重大的更容易抽中；不写的权重为 1。先按检查对象名录库的风险、投诉和上次结论填好，可改。"),
                     (names, ["2", "3", "5"])),
        "recusals": (_("回避"), _("检查人员与单位有利害关系的，一行写一对；抽到该单位时不派此人。"),
                     (people, names)),
    }  # fmt: skip
    return [
        {
            "name": name, "label": label, "help": note, "text": form.data.get(name, "") if form.is_bound else begun.get(name, ""),
            "errors": form.errors.get(name, []),
            "columns": [
                {"key": f"{name}-{n}", "label": head, "choices": choices[n]}
                for n, head in enumerate(sheet_columns(name))
            ],
        }
        for name, (label, note, choices) in told.items()
    ]  # fmt: skip


def draw(request: HttpRequest, number: str) -> HttpResponse:
    """One draw, open to everybody: lists, commitment; afterwards the seed and the result."""
    row = draw_named(number)
    names = {t["id"]: t["name"] for t in row.lists["targets"]}
    people = {i["id"]: i["name"] for i in row.lists["inspectors"]}
    mine = authority_of(request.user) if request.user.is_authenticated else None
    own = mine is not None and mine.pk == row.authority_id
    lines = [
        {"target": names[r["target"]], "inspectors": "、".join(people[i] for i in r["inspectors"])}
        for r in row.result
    ]
    cases = list(Case.objects.filter(subject=row.urn).order_by("pk")) if own else []
    context = {
        "draw": row, "lines": lines, "may_draw": not row.drawn_at and own,
        "cases": [case_row(c) | {"on_site": c.state == "onsite"} for c in cases],
        "recusals": [f"{people.get(who, who)} — {names.get(body, body)}"
                     for who, body in row.lists.get("recusals", [])],
        "heavy": [f"{t['name']} × {t['weight']}" for t in row.lists["targets"]
                  if t.get("weight", 1) > 1],
    }  # fmt: skip
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
    labels = {i["id"]: localised(i["zh"], i["en"]) for i in items}
    rows: list[Any] = [{**i, "label": labels[i["id"]]} for i in items]
    context = {
        "case": case, "items": rows, "checks": [_seen(case, c, labels) for c in
                                               case.site_checks.order_by("-pk")],  # type: ignore[attr-defined]
        "open": case.state == "onsite",
    }  # fmt: skip
    return render(request, "governance/supervision/site.html", context)


def _seen(case: Case, check: SiteCheck, labels: dict[str, str]) -> dict[str, Any]:
    """A check with its items in words and its photographs."""
    photos: dict[str, list[dict[str, str]]] = {}
    for file in attachments_of(case.urn).filter(at=check.at):
        url = reverse("cases:file", args=[case.number, file.pk])
        photos.setdefault(file.role.removeprefix("item."), []).append(
            {"name": file.name, "url": url}
        )
    lines = [
        {"id": key, "label": labels.get(key, key), "photos": photos.get(key, []), **line}
        for key, line in sorted(check.items.items(), key=lambda pair: (len(pair[0]), pair[0]))
    ]
    return {"row": check, "lines": lines,
            "unmet": sum(line["verdict"] == "no" for line in check.items.values())}  # fmt: skip


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
    made = site_form(case, CHECKLIST, get_language() or "zh")
    answer = HttpResponse(made, content_type="text/html; charset=utf-8")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'检查表-{number}.html')}"
    return answer


def results(request: HttpRequest) -> HttpResponse:
    """What the public sees: draws announced and held, results of inspections."""
    published = public_cases(public_kinds()["inspection"])[:LATEST]
    rows = [told_of(case) for case in published]
    announced = Draw.objects.select_related("authority").order_by("-pk")[:LATEST]
    context = {"rows": rows, "draws": announced}
    return render(request, "governance/supervision/results.html", context)
