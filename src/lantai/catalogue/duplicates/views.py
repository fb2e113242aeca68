"""Page of likely duplicates: look for them in a fonds, judge them pair by pair."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.catalogue.browsing.queries import fonds_for, one_fonds
from lantai.catalogue.duplicates.models import DuplicatePair
from lantai.catalogue.duplicates.operations import judge_pair
from lantai.catalogue.duplicates.queries import pair_for, pairs_for
from lantai.catalogue.duplicates.tasks import FIND
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.policy import require
from lantai.foundation.work import Act

SIZE = 20
ELEMENTS = ("title", "reference_code", "doc_no", "creator", "date")


@login_required
def pairs_page(request: HttpRequest) -> HttpResponse:
    """The pairs that wait, a page by key; and the form that starts a search."""
    require(request.user, "records.browse")
    after = request.GET.get("after", "")
    rows = pairs_for(request.user).filter(verdict=DuplicatePair.OPEN)
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__gt=int(after))
    found = list(rows[: SIZE + 1])
    context = {
        "pairs": [_shown(pair) for pair in found[:SIZE]],
        "next": f"?after={found[SIZE - 1].pk}" if len(found) > SIZE else "",
        "fonds": [
            {"value": f"{f.holder.code}/{f.code}", "label": f"{f.code} {f.name}"}
            for f in fonds_for(request.user)
        ],
    }
    return render(request, "catalogue/duplicates/pairs.html", context)


@login_required
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Look for likely pairs in a fonds, as a job."""
    holder, _slash, code = request.POST.get("fonds", "").partition("/")
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
    """Same or different."""
    pair = pair_for(request.user, pk)
    act = Act(by=request.user)
    judge_pair(act, fonds=pair.first.fonds, pair=pair, verdict=request.POST.get("verdict", ""))
    messages.success(request, _("已记录判断。"))
    return redirect("duplicates:pairs")


def _shown(pair: DuplicatePair) -> dict[str, Any]:
    labels = {
        "title": _("题名"), "reference_code": _("档号"), "doc_no": _("文号"),
        "creator": _("责任者"), "date": _("日期"),
    }  # fmt: skip
    kinds = {"exact": _("完全相同"), "normalised": _("归一相同"), "near": _("题名相近")}
    return {
        "pk": pair.pk,
        "kind": kinds.get(pair.kind, pair.kind),
        "likeness": f"{pair.likeness:.0%}",
        "lines": [
            {
                "label": labels[name],
                "first": getattr(pair.first, name),
                "second": getattr(pair.second, name),
            }
            for name in ELEMENTS
        ],
    }
