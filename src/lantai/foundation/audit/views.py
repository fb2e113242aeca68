"""Pages of the audit administrator: the ledger, and its verification."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantai.foundation.audit.verification import verify_ledger
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.policy import decide, require

PAGE = 50


def ledger(request: HttpRequest) -> HttpResponse:
    """Entries, newest first, by event, agent, subject, outcome; pages by key."""
    require(request.user, "audit.read")
    rows = LedgerEntry.objects.order_by("-sequence")
    words = request.GET.get("q", "").strip()
    if words:
        rows = rows.filter(
            Q(agent__icontains=words)
            | Q(agent_name__icontains=words)
            | Q(event__icontains=words)
            | Q(ledgersubject__urn__icontains=words)
        ).distinct()
    if request.GET.get("outcome") in {"success", "failure"}:
        rows = rows.filter(outcome=request.GET["outcome"])
    before = request.GET.get("before", "")
    if before.isdigit():
        rows = rows.filter(sequence__lt=int(before))
    page = list(rows[: PAGE + 1])
    return render(
        request,
        "foundation/audit/ledger.html",
        {
            "entries": page[:PAGE],
            "next": page[PAGE - 1].sequence if len(page) > PAGE else None,
            "q": words,
            "may_verify": decide(request.user, "audit.verify"),
        },
    )


def verify(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain in storage and in the database and say what was found."""
    require(request.user, "audit.verify")
    return render(request, "foundation/audit/verify.html", {"report": verify_ledger()})
