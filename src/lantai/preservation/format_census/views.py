"""The page of the census, and the files of one format."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantai.foundation.paging import page_by_key
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound, localised
from lantai.governance.access_rules.visibility import visible
from lantai.preservation.copies.presenting import size_words
from lantai.preservation.migrating.queries import LEVELS, Held, components_for, formats_held

IN_CHART = 15


def census(request: HttpRequest) -> HttpResponse:
    """Formats by risk, as tiles, chart and table."""
    require(request.user, "migrations.see")
    rows = formats_held(request.user)
    files = {level: sum(r.files for r in rows if r.risk.level == level) for level in LEVELS}
    names = (_("格式"), "PUID", _("文件"), _("容量"), _("风险"), _("宜转为"), _("依据"))
    return render(
        request,
        "preservation/format_census/census.html",
        {
            "levels": [
                {"label": label, "value": files[level], "tone": tone}
                for level, (label, tone) in level_words().items()
            ],
            "chart": _chart(rows),
            "columns": [{"label": name} for name in names],
            "rows": [_line(row) for row in rows],
        },
    )


def files(request: HttpRequest, puid: str) -> HttpResponse:
    """The files in one format that the person may see, with their records."""
    require(request.user, "migrations.see")
    known = {row.puid: row for row in formats_held(request.user)}
    if puid not in known:
        raise NotFound("馆藏中没有这种格式的文件。", "No file of this format is held.")
    rows = components_for(request.user).filter(puid=puid)
    rows = rows.filter(visible(request.user, "record")).select_related("record")
    page = page_by_key(rows, request.GET, key="pk")
    return render(
        request,
        "preservation/format_census/files.html",
        {
            "format": known[puid],
            "risk": level_words()[known[puid].risk.level],
            "reason": localised(known[puid].risk.reason_zh, known[puid].risk.reason_en),
            "columns": [
                {"label": label} for label in (_("档号"), _("题名"), _("文件"), _("容量"))
            ],
            "rows": [
                {"id": part.pk, "cells": [
                    part.record.reference_code or "—",
                    {"text": part.record.title, "url": reverse("reading:record", args=[part.record.uid])},
                    part.name, size_words(part.size)]}
                for part in page.rows
            ],
            "pager": page.pager,
        },
    )  # fmt: skip


def level_words() -> dict[str, tuple[str, str]]:
    """Levels of risk: label and tone, the worst first."""
    return {
        "at-risk": (_("有风险"), "error"),
        "unknown": (_("待判断"), "warning"),
        "acceptable": (_("可接受"), ""),
        "preferred": (_("宜长期保存"), "good"),
    }


def _line(row: Held) -> dict[str, Any]:
    label, tone = level_words()[row.risk.level]
    badge = {"error": "fail", "warning": "review", "": "draft", "good": "pass"}[tone]
    return {
        "id": row.puid,
        "cells": [
            {"text": row.name, "url": reverse("format_census:files", args=[row.puid])},
            row.puid,
            str(row.files),
            size_words(row.bytes),
            {"text": label, "tone": badge},
            row.risk.target or "—",
            localised(row.risk.reason_zh, row.risk.reason_en),
        ],
    }


def _chart(rows: list[Held]) -> dict[str, Any]:
    """Files by format, a series for each level of risk."""
    shown = sorted(rows, key=lambda row: row.files)[-IN_CHART:]
    return {
        "legend": {},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "data": [row.name[:32] for row in shown]},
        "series": [
            {
                "name": label,
                "type": "bar",
                "stack": "files",
                "data": [row.files if row.risk.level == level else 0 for row in shown],
            }
            for level, (label, _tone) in level_words().items()
        ],
    }
