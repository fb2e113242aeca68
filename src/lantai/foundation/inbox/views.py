"""A person's first page: what waits for me, what went wrong, what changed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantai.foundation.inbox.queries import waiting_for
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.queries import jobs_of
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.policy import institutions_of, require


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """My desk."""
    require(request.user, "desk.open")
    places = [p.code for p in institutions_of(request.user)]
    recent = LedgerEntry.objects.filter(institution__in=places).order_by("-sequence")[:12]
    mine = jobs_of(request.user)
    return render(
        request,
        "foundation/inbox/desk.html",
        {
            "waiting": waiting_for(request.user)[:50],
            "running": mine.filter(state__in=[Job.WAITING, Job.RUNNING])[:5],
            "failed": mine.filter(state=Job.FAILED)[:5],
            "recent": recent,
        },
    )
