"""The page of the quarantine: what is held, why, and the two steps that let it out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import localised
from lantai.foundation.work import Act
from lantai.preservation.quarantine import operations
from lantai.preservation.quarantine.models import QuarantinedFile
from lantai.preservation.quarantine.queries import quarantined_for

SHOWN = 100


def quarantine(request: HttpRequest) -> HttpResponse:
    """The refused files, those waiting for a second person first."""
    require(request.user, "quarantine.see")
    rows = quarantined_for(request.user)
    waiting = list(rows.filter(state=QuarantinedFile.ASKED)[:SHOWN])
    held = list(rows.filter(state=QuarantinedFile.HELD)[:SHOWN])
    entries = [
        {
            "row": row,
            "reasons": [_reason(one) for one in row.reasons],
            "mine": row.asked_by == request.user.urn,
            "may": decide(request.user, "quarantine.release", file=row),
        }
        for row in [*waiting, *held]
    ]
    return render(request, "preservation/quarantine/quarantine.html", {"entries": entries})


def _reason(one: dict[str, str]) -> dict[str, str]:
    """A reason in the reader's language: it is kept as Chinese / English."""
    zh, _slash, en = one.get("message", "").partition(" / ")
    return {"code": one.get("code", ""), "message": localised(zh, en or zh)}


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The first of two."""
    row = get_object_or_404(quarantined_for(request.user), pk=pk)
    act = Act(by=request.user, reason=request.POST.get("reason", ""))
    operations.ask_release(act, file=row)
    return redirect("quarantine:quarantine")


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """The second."""
    row = get_object_or_404(quarantined_for(request.user), pk=pk)
    operations.release_file(Act(by=request.user), file=row)
    return redirect("quarantine:quarantine")
