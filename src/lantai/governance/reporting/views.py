"""Pages of reports: the list, one report with its chart, its files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from lantai.core.registry import UnknownId
from lantai.foundation.desks.tables.giving import as_file
from lantai.foundation.policy import decide, require
from lantai.foundation.refusal import localised
from lantai.governance.reporting.report import Report, reports


def report_list(request: HttpRequest) -> HttpResponse:
    """Every report this person may see."""
    require(request.user, "reports.see")
    found = [r for r in reports().all().values() if decide(request.user, r.permission)]
    items = [{"id": r.id, "label": localised(r.zh, r.en), "about": _about(r)} for r in found]
    return render(request, "governance/reporting/reports.html", {"reports": items})


def report(request: HttpRequest, key: str) -> HttpResponseBase:
    """One report: a page, or with ?format= a file."""
    try:
        kind = reports().get(key)
    except UnknownId as unknown:
        raise Http404 from unknown
    require(request.user, kind.permission)
    title = localised(kind.zh, kind.en)
    heads = [localised(zh, en) for _key, zh, en in kind.columns]
    rows = kind().rows(request.user)
    wanted = request.GET.get("format", "")
    if wanted in ("csv", "xlsx", "json"):
        return as_file(wanted, title, heads, rows)
    return render(
        request, "governance/reporting/report.html", _page(kind, title, heads, list(rows))
    )


def _about(kind: type[Report]) -> str:
    return "、".join(localised(zh, en) for _key, zh, en in kind.columns)


def _page(kind: type[Report], title: str, heads: list[str], rows: list[Any]) -> dict[str, Any]:
    columns = [{"label": h, "kind": "numeric" if n else ""} for n, h in enumerate(heads)]
    cells = [{"id": n, "cells": list(row)} for n, row in enumerate(rows)]
    option = None
    if kind.chart == "bar" and rows:
        option = {
            "xAxis": {"type": "category", "data": [str(row[0]) for row in rows]},
            "yAxis": {"type": "value"},
            "series": [{"type": "bar", "name": heads[1], "data": [row[1] for row in rows]}],
        }
    return {
        "report": kind,
        "title": title,
        "columns": columns,
        "rows": cells,
        "total": len(rows),
        "option": option,
    }
