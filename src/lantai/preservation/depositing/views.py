"""The page of one deposit: what came in, where it lies, what was done."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantai.catalogue.records.queries import records_for
from lantai.core.terms import vocabularies
from lantai.foundation.bulk_rows import filled
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.ledger.queries import story_of
from lantai.foundation.paging import page_by_key
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound
from lantai.preservation.depositing.models import Deposit
from lantai.preservation.depositing.queries import deposits_for

EVENTS_SHOWN = 100


def deposit(request: HttpRequest, number: str) -> HttpResponse:
    """One deposit with its objects and events."""
    require(request.user, "deposits.see")
    row = deposits_for(request.user).filter(number=number).first()
    if row is None:
        raise NotFound("没有这个入库批，或不属于您的单位。", "No such deposit at your institution.")
    records = filled(records_for(request.user).filter(deposit=number), "deposit").prefetch_related(
        "components"
    )
    page = page_by_key(records, request.GET, key="pk")
    return render(
        request,
        "preservation/depositing/deposit.html",
        {
            "deposit": row,
            "facts": _facts(row),
            "columns": [
                {"label": label} for label in (_("档号"), _("题名"), _("文件"), _("存储对象"))
            ],
            "rows": [_object_row(record) for record in page.rows],
            "pager": page.pager,
            "events": [_event(entry) for entry in story_of(row.urn)[:EVENTS_SHOWN]],
        },
    )


def deposit_columns() -> list[dict[str, str]]:
    """The heads of a table of deposits."""
    names = (_("入库批"), _("全宗"), _("移交单位"), _("件"), _("文件"), _("入库时间"), _("状态"))
    return [{"label": name} for name in names]


def deposit_row(row: Deposit) -> dict[str, Any]:
    """A deposit as a line of a table."""
    state = (
        {"text": _("已入库"), "tone": "pass"}
        if row.complete
        else {"text": _("正在入库"), "tone": "running"}
    )
    return {
        "id": row.pk,
        "cells": [
            {"text": row.number, "url": reverse("deposits:deposit", args=[row.number])},
            str(row.fonds),
            row.creating_unit.name if row.creating_unit else "—",
            str(row.items),
            str(row.files),
            localtime(row.created_at).strftime("%Y-%m-%d %H:%M"),
            state,
        ],
    }


def _facts(row: Deposit) -> list[dict[str, Any]]:
    return [
        {"label": _("接收批号"), "value": row.accession},
        {"label": _("全宗"), "value": str(row.fonds)},
        {"label": _("移交单位"), "value": row.creating_unit.name if row.creating_unit else "—"},
        {"label": _("件数"), "value": str(row.items)},
        {"label": _("文件数"), "value": str(row.files)},
        {"label": _("字节"), "value": str(row.bytes)},
        {"label": _("入库时间"), "value": localtime(row.created_at).strftime("%Y-%m-%d %H:%M")},
    ]


def _object_row(record: Any) -> dict[str, Any]:
    files = [part.name for part in record.components.all()]
    named = "、".join(files[:3]) + (f" +{len(files) - 3}" if len(files) > 3 else "")
    return {
        "id": record.pk,
        "cells": [record.reference_code or "—", record.title, named or "—", record.object_id],
    }


def _event(entry: LedgerEntry) -> dict[str, Any]:
    language = get_language() or "zh"
    return {
        "at": localtime(entry.at).strftime("%Y-%m-%d %H:%M"),
        "label": vocabularies().get("event_type").label(entry.event, language),
        "by": entry.agent_name,
        "detail": entry.reason,
    }
