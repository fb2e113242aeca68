"""The cockpit in words, tones and charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from lantai.foundation.institutions.models import Institution
from lantai.governance.cockpit.indicators import Reading, indicators, shown
from lantai.governance.cockpit.standing import Standing, Standings

TONES = {"red": "fail", "yellow": "waiting", "green": "pass", "none": "neutral"}
COLOURS = {"red": "#a8362a", "yellow": "#c98a1b", "green": "#4b7a4f", "none": "#c9bfae"}


def flag_words() -> dict[str, str]:
    """The flags as they are read."""
    return {"red": _("红"), "yellow": _("黄"), "green": _("绿"), "none": _("无数据")}


def cell_of(row: Standing) -> dict[str, Any]:
    """One indicator of one body: now, before, and which way it went."""
    indicator = row.reading.indicator
    was = "" if row.was is None else shown(Reading(indicator, row.was, row.was_flag, {}))
    return {
        "id": indicator.id, "label": indicator.label,
        "value": shown(row.reading), "tone": TONES[row.reading.flag],
        "flag": flag_words()[row.reading.flag], "was": was if row.change else "",
        "change": {"better": _("好转"), "worse": _("变差")}.get(row.change, ""),
        "change_tone": "pass" if row.change == "better" else "fail",
    }  # fmt: skip


def flags_by_indicator(now: Standings, place: Institution) -> dict[str, Any]:
    """A stacked bar and a table: how many bodies stand at each flag of each indicator."""
    words = flag_words()
    counts: dict[str, dict[str, int]] = {}
    for row in now.rows:
        line = counts.setdefault(row.reading.indicator.id, dict.fromkeys(TONES, 0))
        line[row.reading.flag] += 1
    known = indicators().all()
    keys = [key for key in known if key in counts]
    labels = [known[key].label for key in keys]
    option = {
        "xAxis": {"type": "value", "minInterval": 1},  # lying: names are read on a telephone too
        "yAxis": {"type": "category", "inverse": True, "data": labels,
                  "axisLabel": {"interval": 0, "width": 110, "overflow": "break"}},
        "legend": {"show": True},
        "series": [
            {"type": "bar", "stack": "all", "name": words[flag],
             "itemStyle": {"color": COLOURS[flag]}, "data": [counts[key][flag] for key in keys]}
            for flag in TONES
        ],
    }  # fmt: skip
    page = reverse("cockpit:readings")
    rows = [
        {"id": key, "cells": [label, *(
            {"text": counts[key][flag],
             "url": page + "?" + urlencode({"at": place.code, "indicator": key, "flag": flag})}
            if counts[key][flag] else "0"
            for flag in TONES
        ), known[key].formula]}
        for key, label in zip(keys, labels, strict=True)
    ]  # fmt: skip
    columns = [
        {"label": _("指标"), "fixed": True},
        *({"label": words[flag], "numeric": True} for flag in TONES),
        {"label": _("公式")},
    ]
    return {"option": option, "columns": columns, "rows": rows}


def months_chart(months: Sequence[tuple[date, int, int]]) -> dict[str, Any]:
    """Red and yellow month by month."""
    words = flag_words()
    return {
        "xAxis": {"type": "category", "data": [f"{day:%Y-%m-%d}" for day, _red, _yellow in months]},
        "yAxis": {"type": "value", "minInterval": 1},
        "legend": {"show": True},
        "series": [
            {"type": "line", "name": words[flag], "itemStyle": {"color": COLOURS[flag]},
             "data": [line[place] for line in months]}
            for place, flag in ((1, "red"), (2, "yellow"))
        ],
    }  # fmt: skip


def line_chart(history: Sequence[tuple[date, Any]], label: str) -> dict[str, Any] | None:
    """One figure over the days it changed; nothing to draw of a single one."""
    if len(history) < 2:
        return None
    return {
        "xAxis": {"type": "category", "data": [f"{day:%Y-%m-%d}" for day, _value in history]},
        "yAxis": {"type": "value"},
        "series": [{"type": "line", "name": label, "data": [value for _day, value in history]}],
    }
