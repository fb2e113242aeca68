"""The cockpit: what is late, at risk and well, for the bodies a person answers for."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lantai.core.desks.charts import bar_option
from lantai.core.registry import UnknownId
from lantai.foundation.desks.cases.operations import open_case
from lantai.foundation.desks.evaluations.definitions import facts_about, live_facts
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import institutions_of, permissions, require
from lantai.foundation.refusal import NotFound, localised
from lantai.foundation.work import Act
from lantai.governance.cockpit.indicators import indicators, read, readings, shown
from lantai.governance.supervision.queries import authority_of, bodies_below

TONES = {"red": "fail", "yellow": "waiting", "green": "pass", "none": "neutral"}
MOST = 60  # bodies of one page: each costs a dozen counts


def bodies_of(actor: Any) -> list[Institution]:
    """Those the person answers for: of an authority all below it, else one's own."""
    authority = authority_of(actor)
    if authority is not None:
        return list(bodies_below(authority))
    roles = permissions()["cockpit.see"].roles
    found: dict[int, Institution] = {}
    for place in institutions_of(actor, roles):
        found[place.pk] = place
        for unit in Institution.objects.filter(archives=place).order_by("code"):
            found.setdefault(unit.pk, unit)
    return list(found.values())


@login_required
def cockpit(request: HttpRequest) -> HttpResponse:
    """Figures, flags by body, and the chart; every figure leads to its formula and rows."""
    require(request.user, "cockpit.see")
    words = {"red": _("红"), "yellow": _("黄"), "green": _("绿"), "none": _("无数据")}
    bodies = bodies_of(request.user)
    after = request.GET.get("after", "")
    page = [b for b in bodies if b.code > after] if after else bodies
    counts: Counter[str] = Counter()
    rows = []
    for place in page[:MOST]:
        cells = []
        for reading in readings(place):
            counts[reading.flag] += 1
            label = localised(reading.indicator.zh, reading.indicator.en)
            cells.append({"id": reading.indicator.id, "label": label, "value": shown(reading),
                          "tone": TONES[reading.flag], "flag": words[reading.flag]})  # fmt: skip
        rows.append({"place": place, "cells": cells})
    facts = (
        facts_about(authority_of(request.user) or bodies[0], ["open_cases", "late_cases"])
        if bodies
        else {}
    )
    chart = bar_option([words[f] for f in TONES], [(_("项"), [counts[f] for f in TONES])])
    context = {
        "rows": rows, "chart": chart, "counts": [(words[f], counts[f]) for f in TONES],
        "red": counts["red"], "yellow": counts["yellow"], "bodies": len(bodies), "open_cases": facts.get("open_cases") or 0, "late_cases": facts.get("late_cases") or 0,
        "has_map": authority_of(request.user) is not None,
        "next": page[MOST - 1].code if len(page) > MOST else "",
    }  # fmt: skip
    return render(request, "governance/cockpit/cockpit.html", context)


@login_required
def figure(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """One figure of one body: formula, facts, the rows they count; an order when it is red."""
    require(request.user, "cockpit.see")
    place = next((b for b in bodies_of(request.user) if b.code == code), None)
    try:
        indicator = indicators().get(key)
    except UnknownId:
        place = None
    if place is None:
        raise NotFound("没有这个数，或不归您看。", "No such figure.")
    reading = read(indicator, place)
    authority = authority_of(request.user)
    if request.method == "POST":
        label = localised(indicator.zh, indicator.en)
        made = open_case(
            Act(by=request.user), definition="rectification",
            institution=authority or place, title="",
            data={"target": place.code, "severity": "serious", "indicator": key,
                  "problem": indicator.order_zh or f"{label}：{shown(reading)}"},
        )  # fmt: skip
        return redirect("cases:case", made.number)
    known = live_facts()
    parts = [
        {"label": localised(known[name].zh, known[name].en), "value": value,
         "rows": list(known[name].rows(place))[:200] if known[name].rows else []}  # type: ignore[misc]
        for name, value in reading.facts.items()
    ]  # fmt: skip
    context = {
        "place": place, "indicator": indicator, "label": localised(indicator.zh, indicator.en),
        "value": shown(reading), "tone": TONES[reading.flag], "flag": reading.flag, "parts": parts,
        "may_order": authority is not None and reading.flag in ("red", "yellow"),
    }  # fmt: skip
    return render(request, "governance/cockpit/figure.html", context)
