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
from lantai.foundation.refusal import localised
from lantai.preservation.copies.presenting import lacking_lines, recovery_facts, size_words
from lantai.preservation.depositing.queries import deposits_for
from lantai.preservation.depositing.views import deposit_columns, deposit_row
from lantai.preservation.fixity_audit.models import FixityRun
from lantai.preservation.quarantine.queries import quarantined_for
from lantai.preservation.reconciling.tasks import TASK, latest
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
            "truths": _truths(),
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


@require_POST
def reconcile(request: HttpRequest) -> HttpResponse:
    """Ask the worker to compare the three truths."""
    require(request.user, "fixity.run")
    enqueue(TASK, title=_("对账：存储、目录、台账、索引"), key=TASK, person=request.user)
    messages.success(request, _("已交给后台对账，进度见“任务”。"))
    return redirect("preservation:overview")


def _truths() -> dict[str, Any] | None:
    """The last comparison: each invariant, what was healed, what is left."""
    job = latest()
    if job is None or job.finished_at is None:
        return None
    told = job.result
    words = {
        "I1": _("登记过的都在，且逐字节不变"),
        "I2": _("没有登记的不算入库"),
        "I3": _("存储、目录、台账、索引一致"),
    }
    left = [one for one in told["findings"] if not one["healed"] and one["severity"] == "error"]
    return {
        "when": localtime(job.finished_at).strftime("%Y-%m-%d %H:%M"),
        "invariants": [
            {"label": words[name], "value": _("成立") if holds else _("不成立"),
             "tone": "pass" if holds else "fail"}
            for name, holds in told["invariants"].items()
        ],
        "healed": told["healed"],
        "left": [
            {"subject": one["subject"], "words": localised(one["zh"], one["en"])}
            for one in left[:SHOWN]
        ],
        "counts": told["counts"],
    }  # fmt: skip


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
