"""A person's first page: what waits for me, what went wrong, what changed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, localtime
from django.utils.translation import get_language

from lantai.core.calendar import working_days_between
from lantai.core.terms import vocabularies
from lantai.foundation.inbox.models import InboxItem
from lantai.foundation.inbox.queries import waiting_for
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.queries import jobs_of
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.policy import institutions_of, require

RECENT = 8  # what a glance takes in


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """My desk."""
    require(request.user, "desk.open")
    places = [p.code for p in institutions_of(request.user)]
    recent = LedgerEntry.objects.filter(institution__in=places, sequence=F("work")).order_by(
        "-sequence"
    )[:RECENT]
    mine = jobs_of(request.user)
    return render(
        request,
        "foundation/inbox/desk.html",
        {
            "waiting": [_with_clock(item) for item in waiting_for(request.user)[:50]],
            "running": mine.filter(state__in=[Job.WAITING, Job.RUNNING])[:5],
            "failed": mine.filter(state=Job.FAILED)[:5],
            "recent": [_event(entry) for entry in recent],
        },
    )


def _with_clock(item: InboxItem) -> InboxItem:
    item.days_left = None  # type: ignore[attr-defined]
    if item.due_date:
        item.days_left = working_days_between(localdate(), item.due_date)  # type: ignore[attr-defined]
    return item


def _event(entry: LedgerEntry) -> dict[str, str]:
    label = vocabularies().get("event_type").label(entry.event, get_language() or "zh")
    return {
        "at": localtime(entry.at).strftime("%m-%d %H:%M"),
        "label": label,
        "detail": _detail(entry),
        "by": entry.agent_name,
        "tone": "danger" if entry.outcome == "failure" else "",
    }


def _detail(entry: LedgerEntry) -> str:
    if entry.outcome == "failure":
        return str(entry.detail.get("problem", {}).get("message", ""))[:120]
    return entry.reason[:120]
