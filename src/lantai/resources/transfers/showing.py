"""Showing 呈现: what both sides see of a batch: facts, steps, story, findings."""

from __future__ import annotations

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantai.core.checks.finding import Outcome, Property
from lantai.core.terms import vocabularies
from lantai.foundation.jobs.models import Job
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.refusal import localised
from lantai.resources.transfers.models import CheckRun, Transfer
from lantai.resources.transfers.queries import runs_of
from lantai.resources.transfers.states import label, steps, tone

PROPERTIES_EN = {
    "authenticity": "authenticity", "integrity": "integrity", "usability": "usability",
    "security": "security",
}  # fmt: skip
OUTCOME_TONES = {"pass": "pass", "fail": "fail", "warning": "warning", "manual": "info"}


def page_of(transfer: Transfer) -> dict[str, Any]:
    """The context both sides' pages share."""
    return {
        "transfer": transfer,
        "state": label(transfer.state),
        "tone": tone(transfer.state),
        "steps": steps(transfer),
        "facts": facts(transfer),
        "runs": [_run_line(transfer, run) for run in runs_of(transfer)],
        "run_columns": [
            {"label": text}
            for text in (_("时间"), _("环节"), _("版本"), _("结论"), _("检测项"), _("不合格"))
        ],
        "story": story(transfer),
        "jobs": list(
            Job.objects.filter(
                subject=transfer.urn, state__in=[Job.WAITING, Job.RUNNING, Job.FAILED]
            ).order_by("-pk")[:3]
        ),
    }


def facts(transfer: Transfer) -> list[dict[str, Any]]:
    """The batch in a description list."""
    lines = [
        (_("移交单位"), transfer.unit.name),
        (_("接收单位"), transfer.archives.name),
        (_("全宗"), str(transfer.fonds)),
        (_("数量"), _("%(n)s 件") % {"n": transfer.items} if transfer.items else "—"),
        (_("数据量"), filesizeformat(transfer.bytes) if transfer.bytes else "—"),
        (_("起止档号"), f"{transfer.first_code} — {transfer.last_code}"
         if transfer.first_code else "—"),
        (_("信息包"), transfer.package_id or "—"),
        (_("信息包摘要（SM3）"), transfer.package_digest or "—"),
        (_("移交签字"), _signed(transfer.sender_signed, transfer.sender_signed_at)),
        (_("接收签字"), _signed(transfer.receiver_signed, transfer.receiver_signed_at)),
        (_("入库批"), transfer.deposit or "—"),
        (_("移交单位留存至"), str(transfer.keep_until or "—")),
    ]  # fmt: skip
    return [{"label": name, "value": value} for name, value in lines]


def _signed(name: str, at: Any) -> str:
    return f"{name} {localtime(at):%Y-%m-%d %H:%M}" if at else _("未签")


def _run_line(transfer: Transfer, run: CheckRun) -> dict[str, Any]:
    stage = _("归档（移交单位）") if run.stage == "filing" else _("移交与接收（档案馆）")
    address = reverse("transfers:report", args=[transfer.number, run.pk])
    return {
        "id": run.pk,
        "cells": [
            {"text": localtime(run.finished_at).strftime("%Y-%m-%d %H:%M"), "url": address},
            stage,
            str(run.version),
            {"text": verdict_label(run), "tone": "pass" if run.passed else "fail"},
            str(run.counts.get("checks", 0)),
            str(run.counts.get("errors", 0)),
        ],
    }


def verdict_label(run: CheckRun) -> str:
    """The conclusion in the reader's language."""
    return {"pass": _("合格"), "fail": _("不合格")}.get(run.verdict, _("无法读取"))


def story(transfer: Transfer) -> list[dict[str, str]]:
    """The life of the batch, from the ledger."""
    words = vocabularies().get("event_type")
    rows = (
        LedgerEntry.objects.filter(ledgersubject__urn=transfer.urn)
        .order_by("-sequence")
        .distinct()[:60]
    )
    return [
        {
            "at": localtime(row.at).strftime("%Y-%m-%d %H:%M"),
            "label": words.label(row.event, get_language() or "zh"),
            "by": row.agent_name,
            "detail": row.detail.get("problem", {}).get("message", ""),
            "tone": "danger" if row.outcome == "failure" else "",
        }
        for row in rows
    ]


def report_of(run: CheckRun) -> list[dict[str, Any]]:
    """The findings by property, each with its items of the plan."""
    groups = []
    for prop in Property:
        own = [f for f in run.findings if f["property"] == prop.value]
        results = [r for r in run.results if r["property"] == prop.value]
        if not own and not results:
            continue
        groups.append(
            {
                "label": localised(prop.label_zh, PROPERTIES_EN[prop.value]),
                "findings": [_finding(f) for f in own],
                "results": [_result(r) for r in results],
            }
        )
    return groups


def _finding(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": found["code"],
        "severity": found["severity"],
        "clause": found["clause"],
        "path": found["path"] or found.get("reference_code", ""),
        "message": localised(found["message_zh"], found["message_en"]),
        "next": localised(found["next_zh"], found["next_en"]),
    }


def _result(result: dict[str, Any]) -> dict[str, Any]:
    outcome = Outcome(result["outcome"])
    return {
        "id": result["code"],
        "cells": [
            result["code"],
            localised(result["name_zh"], result["name_en"]),
            {
                "text": localised(outcome.label_zh, outcome.value),
                "tone": OUTCOME_TONES.get(result["outcome"], "neutral"),
            },
        ],
    }
