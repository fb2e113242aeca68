"""Stores 数据仓: for each body below an authority what it has in the system, down to the rows."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst

from lantai.foundation.desks.evaluations.definitions import LiveFact, facts_about, live_facts
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound, localised
from lantai.governance.cockpit.levels import bodies_of
from lantai.governance.cockpit.views import MOST

#: what a store holds: gathered, kept, used, looked after, and by how many people
SHOWN = ("filed", "transfers", "records", "stored", "digitised_share", "open_share", "open_cases",
         "staff")  # fmt: skip


def _label(fact: LiveFact) -> str:
    return capfirst(localised(fact.zh, fact.en))


@login_required
def stores(request: HttpRequest) -> HttpResponse:
    """A line for each body: what was filed, handed over, described, digitised, opened; its people."""
    require(request.user, "cockpit.see")
    known = live_facts()
    after = request.GET.get("after", "")
    bodies = [b for b in bodies_of(request.user) if b.code > after]
    heads = {k: _label(known[k]) for k in SHOWN}
    rows = []
    for place in bodies[:MOST]:
        values = facts_about(place, SHOWN)
        cells = [(heads[k], known[k].written(values[k])) for k in SHOWN]
        rows.append({"place": place, "cells": cells})
    context = {
        "heads": list(heads.values()), "rows": rows,
        "next": bodies[MOST - 1].code if len(bodies) > MOST else "",
    }  # fmt: skip
    return render(request, "governance/cockpit/stores.html", context)


@login_required
def store(request: HttpRequest, code: str) -> HttpResponse:
    """One body's store: each figure with the rows it counts."""
    require(request.user, "cockpit.see")
    place = next((b for b in bodies_of(request.user) if b.code == code), None)
    if place is None:
        raise NotFound("没有这个单位，或不归您看。", "No such body, or it is not yours.")
    known, values = live_facts(), facts_about(place, SHOWN)
    parts = [
        {"label": _label(known[k]), "value": known[k].written(values[k]),
         "rows": list(known[k].rows(place))[:200] if known[k].rows else []}  # type: ignore[misc]
        for k in SHOWN
    ]  # fmt: skip
    return render(request, "governance/cockpit/store.html", {"place": place, "parts": parts})
