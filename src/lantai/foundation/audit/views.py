"""Pages of the audit administrator: the ledger, and its verification."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from lantai.core.terms import vocabularies
from lantai.foundation.audit.verification import verify_ledger
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.paging import page_by_key
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import localised


def ledger(request: HttpRequest) -> HttpResponse:
    """Entries, newest first, by event, agent, subject, outcome; pages by key."""
    require(request.user, "audit.read")
    rows = LedgerEntry.objects.all()
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
    page = page_by_key(rows, request.GET, key="-sequence")
    return render(
        request,
        "foundation/audit/ledger.html",
        {
            "columns": [
                {"label": label}
                for label in (
                    _("序号"),
                    _("时间"),
                    _("事件"),
                    _("经办"),
                    pgettext("of an act", "对象"),
                    _("结果"),
                )
            ],
            "rows": [_entry_row(e) for e in page.rows],
            "pager": page.pager,
            "q": words,
            "outcome": request.GET.get("outcome", ""),
            "outcomes": [
                {"value": "", "label": _("全部")},
                {"value": "success", "label": _("成功")},
                {"value": "failure", "label": _("未成")},
            ],
            "may_verify": decide(request.user, "audit.verify"),
        },
    )


def verify(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain in storage and in the database and say what was found."""
    require(request.user, "audit.verify")
    report = verify_ledger()
    columns = [{"label": label} for label in (_("处"), _("条目"), _("问题"))]
    rows = [
        {"id": n, "cells": [p.where, str(p.sequence), localised(p.message_zh, p.message_en)]}
        for n, p in enumerate(report.problems)
    ]
    return render(
        request,
        "foundation/audit/verify.html",
        {"report": report, "columns": columns, "problems": rows},
    )


def _entry_row(entry: LedgerEntry) -> dict[str, Any]:
    failed = entry.outcome == "failure"
    problem = entry.detail.get("problem", {}).get("message", "") if failed else ""
    return {
        "id": entry.sequence,
        "cells": [
            str(entry.sequence),
            localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
            vocabularies().get("event_type").label(entry.event, get_language() or "zh"),
            f"{entry.agent_name}（{entry.agent}）",
            "；".join(entry.subjects[:3]) or "—",
            {"text": problem or _("未成"), "tone": "closed"}
            if failed
            else {"text": _("成功"), "tone": "open"},
        ],
    }
