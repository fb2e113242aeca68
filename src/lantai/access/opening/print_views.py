"""The three prints of a review: 开放审查登记表, 不开放审查登记表, 档案开放鉴定汇报表."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lantai.access.opening import presenting
from lantai.access.opening.models import OPEN
from lantai.access.opening.queries import items_of, progress_of, standing_at, unit_of
from lantai.foundation.accounts.models import Person
from lantai.foundation.desks.cases.queries import case_for
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound

KINDS = ("opened", "kept", "report")
MOST_ROWS = 5_000


@login_required
def sheet(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """One print; only for the archives' own people, for it names the reviewers."""
    case = case_for(request.user, number)
    require(request.user, "opening.see", case=case)
    if kind not in KINDS:
        raise NotFound("没有这种登记表。", "No such form.")
    titles = {
        "opened": _("档案开放审查登记表"),
        "kept": _("档案不开放（延期开放）审查登记表"),
        "report": _("档案开放鉴定汇报表"),
    }
    rows = items_of(case)
    opened = standing_at(rows, OPEN)
    chosen = opened if kind == "opened" else rows.exclude(pk__in=opened.values("pk"))
    counts = {
        code: standing_at(rows, code).count()
        for code in ("open", "controlled", "delayed", "closed")
    }
    context = {
        "case": case,
        "kind": kind,
        "title": titles[kind],
        "rows": [presenting.item_row(item) for item in chosen[:MOST_ROWS]]
        if kind != "report"
        else [],
        "counts": [(presenting.words("access_status", code), n) for code, n in counts.items()],
        "progress": progress_of(case),
        "unit": unit_of(case),
        "sender": _name_of(case.opened_by),
    }
    return render(request, "access/opening/print.html", context)


def _name_of(urn: str) -> str:
    """The person's name for a name in the ledger; the latter when there is no such person."""
    person = Person.objects.filter(username=urn.removeprefix("person:")).first()
    return person.name if person else urn
