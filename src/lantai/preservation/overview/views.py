"""The page that says how the holdings are kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.ledger.sealing import ledger_state
from lantai.foundation.policy import decide, require
from lantai.preservation.copies.presenting import lacking_lines, recovery_facts, size_words
from lantai.preservation.depositing.queries import deposits_for
from lantai.preservation.depositing.views import deposit_columns, deposit_row
from lantai.preservation.fixity_audit.models import FixityRun
from lantai.preservation.quarantine.queries import quarantined_for
from lantai.preservation.replication.queries import fulfilment, store_lines

SHOWN = 20


def overview(request: HttpRequest) -> HttpResponse:
    """Deposits, the last fixity run, the ledger's seals, the quarantine."""
    require(request.user, "deposits.see")
    rows = deposits_for(request.user)
    sums = rows.aggregate(items=Sum("items"), files=Sum("files"), bytes=Sum("bytes"))
    run = FixityRun.objects.exclude(cause=FixityRun.EVENT).order_by("-pk").first()
    found = fulfilment()
    return render(
        request,
        "preservation/overview/overview.html",
        {
            "deposits": rows.count(),
            "sums": {name: value or 0 for name, value in sums.items()},
            "size": size_words(sums["bytes"] or 0),
            "run": _run(run),
            "ledger": ledger_state(),
            "quarantined": quarantined_for(request.user).exclude(state="released").count(),
            "columns": deposit_columns(),
            "rows": [deposit_row(row) for row in rows[:SHOWN]],
            "may_verify": decide(request.user, "fixity.run"),
            "found": found,
            "lacking": lacking_lines(found),
            "backlog": [line for line in store_lines() if line["backlog"]],
            "recovery": recovery_facts(),
            "may_see_copies": decide(request.user, "copies.see"),
        },
    )


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Ask the worker for a fixity run."""
    require(request.user, "fixity.run")
    enqueue("fixity.run", title=_("校验存储"), key="fixity.run", person=request.user)
    messages.success(request, _("已交给后台校验，进度见“任务”。"))
    return redirect("preservation:overview")


def _run(run: FixityRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    when = localtime(run.finished_at or run.started_at).strftime("%Y-%m-%d %H:%M")
    return {
        "when": when,
        "finished": run.finished_at is not None,
        "files": run.files,
        "faults": run.faults,
        "rate": f"{size_words(run.rate)}/s",
        "findings": run.findings[:SHOWN],
        "walked": run.walked,
        "expected": max(run.expected, run.walked),
        "copies": run.copies,
        "repaired": run.repaired,
        "unrepaired": run.unrepaired,
        "away": run.away,
        "eta": _eta(run),
    }


def _eta(run: FixityRun) -> str:
    if run.finished_at or run.finish_estimate is None:
        return ""
    return localtime(run.finish_estimate).strftime("%Y-%m-%d %H:%M")
