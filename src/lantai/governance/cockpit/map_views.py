"""The page of the map: a tile for each body below, down to the cases that are counted."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantai.foundation.desks.cases.presenting import case_row
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import require
from lantai.foundation.refusal import localised
from lantai.governance.cockpit.indicators import limit_words
from lantai.governance.cockpit.levels import bodies_under, place_for, up_from
from lantai.governance.cockpit.limits import level_at, level_of_actor
from lantai.governance.cockpit.maps import FIGURES, Figure, cases_at, counted, regions_below, tiles

MOST = 200  # rows listed below the map


def _tabs(figure: Figure, place: Institution) -> list[dict[str, Any]]:
    return [
        {"label": localised(one.zh, one.en), "active": one.id == figure.id,
         "url": "?" + urlencode({"figure": one.id, "at": place.code})}
        for one in FIGURES.values()
    ]  # fmt: skip


@login_required
def map_page(request: HttpRequest) -> HttpResponse:
    """Which figure, of which body; each tile leads one level down, the last to the cases."""
    require(request.user, "cockpit.see")
    figure = FIGURES.get(request.GET.get("figure", "late"), FIGURES["late"])
    place = place_for(request.user, request.GET.get("at", ""))
    regions = regions_below(place)
    values = counted(figure, regions)
    level = level_at(level_of_actor(request.user, place))

    def address(code: str) -> str:
        return "?" + urlencode({"figure": figure.id, "at": code})

    keys = {place.pk}.union(*(region.keys for region in regions))
    if place.kind == Institution.ARCHIVES:
        keys |= set(bodies_under(place).values_list("pk", flat=True))
    rows, above = cases_at(figure, keys), up_from(request.user, place)
    context = {
        "place": place,
        "figure": figure,
        "label": localised(figure.zh, figure.en),
        "formula": localised(figure.formula, figure.formula_en),
        "limits": [limit_words(level[figure.limits], name) for name in ("red", "yellow")]
        if figure.limits
        else [],
        "total": rows.count(),
        "map": tiles(regions, values, lambda value: figure.tone(value, level), address)
        if regions
        else None,
        "tabs": _tabs(figure, place),
        "up": address(above.code) if above else "",
        "rows": [case_row(row) for row in rows.order_by("due_date", "pk")[:MOST]],
    }
    return render(request, "governance/cockpit/map.html", context)
