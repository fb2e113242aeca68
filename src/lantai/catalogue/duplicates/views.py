"""Page of likely duplicates: look for them in a fonds or across archives, judge them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.catalogue.browsing.queries import fonds_for, one_fonds
from lantai.catalogue.duplicates.models import DuplicatePair
from lantai.catalogue.duplicates.operations import judge_pair
from lantai.catalogue.duplicates.queries import pair_for, waiting_pairs
from lantai.catalogue.duplicates.tasks import FIND
from lantai.catalogue.records.models import Record
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.paging import page_by_key
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import localised
from lantai.foundation.work import Act
from lantai.governance.access_rules.public_description import public_values
from lantai.governance.access_rules.visibility import reads_as_public

SIZE = 20
ELEMENTS = ("title", "reference_code", "doc_no", "creator", "date")
EVERYWHERE = "*"


@login_required
def pairs_page(request: HttpRequest) -> HttpResponse:
    """The pairs of a verdict, a page by key; and the form that starts a search."""
    require(request.user, "records.browse")
    given = request.GET
    verdict = given.get("verdict", "") if given.get("verdict") in _verdicts() else ""
    between = given.get("between", "") if given.get("between") in ("archives", "fonds") else ""
    rows = waiting_pairs(request.user, verdict, between)
    page = page_by_key(rows, given, key="pk", size=SIZE)
    context = {
        "pairs": [_shown(request.user, pair) for pair in page.rows],
        "pager": page.pager,
        "fonds": _places(request),
        "verdict": verdict,
        "between": between,
        "verdicts": [{"value": k, "label": v} for k, v in _verdicts().items()],
        "betweens": [
            {"value": "", "label": _("全部")},
            {"value": "archives", "label": _("不同档案馆之间")},
            {"value": "fonds", "label": _("同一全宗之内")},
        ],
    }
    return render(request, "catalogue/duplicates/pairs.html", context)


def _places(request: HttpRequest) -> list[dict[str, str]]:
    places = [
        {"value": f"{f.holder.code}/{f.code}", "label": f"{f.code} {f.name}"}
        for f in fonds_for(request.user)
    ]
    if decide(request.user, "union.find"):
        places.insert(0, {"value": EVERYWHERE, "label": _("各全宗、各馆（您看得见的全部档案）")})
    return places


@login_required
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Look for likely pairs in a fonds, or among all one may see, as a job."""
    wanted = request.POST.get("fonds", "")
    if wanted == EVERYWHERE:
        require(request.user, "union.find")
        job = enqueue(
            FIND,
            title=_("在各馆之间查重"),
            arguments={},
            key=f"{FIND}-all-{request.user.pk}",
            person=request.user,
        )
        return redirect("jobs:job", job.pk)
    holder, _slash, code = wanted.partition("/")
    fonds = one_fonds(request.user, holder, code)
    require(request.user, "duplicates.judge", fonds=fonds)
    job = enqueue(
        FIND,
        title=_("查重：%(name)s") % {"name": fonds.name},
        arguments={"fonds": fonds.pk},
        key=f"{FIND}-{fonds.pk}",
        person=request.user,
        institution=fonds.holder,
        subject=fonds.urn,
    )
    return redirect("jobs:job", job.pk)


@login_required
@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Same, different, or part of."""
    pair = pair_for(request.user, pk)
    judge_pair(Act(by=request.user), pair=pair, verdict=request.POST.get("verdict", ""))
    messages.success(request, _("已记录判断。"))
    kept = {k: v for k in ("show", "between") if (v := request.POST.get(k, "")[:20])}
    if "show" in kept:
        kept["verdict"] = kept.pop("show")
    return redirect(f"{reverse('duplicates:pairs')}{'?' + urlencode(kept) if kept else ''}")


def _verdicts() -> dict[str, str]:
    return {
        "": _("待判断"),
        "same": _("同一件"),
        "different": _("不是同一件"),
        "part": _("一件是另一件的部分"),
    }


def _shown(actor: Any, pair: DuplicatePair) -> dict[str, Any]:
    labels = {
        "title": _("题名"), "reference_code": _("档号"), "doc_no": _("文号"),
        "creator": _("责任者"), "date": _("日期"),
    }  # fmt: skip
    kinds = {
        "exact": _("完全相同"),
        "normalised": _("归一相同"),
        "title": _("仅题名相同"),
        "near": _("题名相近"),
    }
    return {
        "pk": pair.pk,
        "kind": kinds.get(pair.kind, pair.kind),
        "likeness": f"{pair.likeness:.0%}",
        "judged_by": pair.judged_by,
        "may_judge": decide(actor, "duplicates.judge", pair=pair),
        "first": _side(pair.first),
        "second": _side(pair.second),
        "lines": [
            {
                "label": labels[name],
                "first": _told(actor, pair.first, name),
                "second": _told(actor, pair.second, name),
            }
            for name in ELEMENTS
        ],
    }


def _told(actor: Any, record: Record, name: str) -> str:
    """An element as this viewer may read it: of another archives' open record what the public reads."""
    values = {name: getattr(record, name)}
    if reads_as_public(actor, record):
        values = public_values(record, values)
    return str(values.get(name, ""))


def _side(record: Record) -> dict[str, Any]:
    holder = record.fonds.holder
    return {
        "uid": record.uid,
        "holder": f"{localised(holder.name, holder.name_en)} {holder.code}",
        "fonds": f"{record.fonds.code} {localised(record.fonds.name, record.fonds.name_en)}",
    }
