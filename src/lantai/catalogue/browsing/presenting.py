"""Fonds for people: the tree, the chart, rows of the table."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.presenting import ICONS, status_badge, word


def fonds_url(fonds: Fonds) -> str:
    """The fonds' page."""
    return reverse("fonds:fonds", args=[fonds.holder.code, fonds.code])


def branch_url(fonds: Fonds, **place: Any) -> str:
    """Where a branch of the tree is fetched from."""
    stem = reverse("fonds:branch", args=[fonds.holder.code, fonds.code])
    return f"{stem}?{urlencode({k: v for k, v in place.items() if v not in (None, '')})}"


def class_nodes(fonds: Fonds, classes: list[tuple[str, int]], chosen: str) -> list[dict[str, Any]]:
    """The first branches: classes 门类."""
    return [
        {
            "label": word("record_class", code) if code else _("未分门类"),
            "url": f"{fonds_url(fonds)}?record_class={code or '-'}",
            "count": count,
            "active": chosen == (code or "-"),
            "children_url": branch_url(fonds, record_class=code or "-"),
        }
        for code, count in classes
    ]


def record_nodes(fonds: Fonds, rows: list[Record], parents: set[int]) -> list[dict[str, Any]]:
    """Files and items; a file opens further."""
    return [
        {
            "label": row.open_title,
            "url": reverse("reading:record", args=[row.uid]),
            "icon": ICONS[row.level],
            "children_url": branch_url(fonds, parent=row.uid) if row.pk in parents else "",
        }
        for row in rows
    ]


def table_rows(rows: list[Record]) -> list[dict[str, Any]]:
    """档号 题名 责任者 日期 保管期限 密级 开放状态."""
    made = []
    for row in rows:
        label, tone = status_badge(row)
        made.append(
            {
                "id": row.pk,
                "uid": row.uid,
                "code": row.reference_code,
                "title": row.open_title,
                "creator": row.creator,
                "date": row.date,
                "retention": word("retention", row.retention),
                "secrecy": row.secrecy,
                "status": label,
                "tone": tone or "plain",
            }
        )
    return made


def chart_option(figures: list[tuple[int, str, int]]) -> dict[str, Any]:
    """Records by year, stacked by class, as ECharts takes it."""
    years = sorted({year for year, _code, _count in figures})
    codes = sorted({code for _year, code, _count in figures})
    counts = {(year, code): count for year, code, count in figures}
    return {
        "tooltip": {"trigger": "axis"},
        "legend": {"show": len(codes) > 1},
        "xAxis": {"type": "category", "data": [str(year) for year in years]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {
                "type": "bar",
                "stack": "all",
                "name": word("record_class", code) if code else _("未分门类"),
                "data": [counts.get((year, code), 0) for year in years],
            }
            for code in codes
        ],
    }
