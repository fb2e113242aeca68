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
from lantai.foundation.refusal import NotFound, localised
from lantai.governance.cockpit.maps import FIGURES, Figure, counted, regions_below, tiles
from lantai.governance.supervision.queries import authority_of

MOST = 200  # rows listed below the map


def _place(request: HttpRequest) -> Institution:
    """The body asked for, which must be the reader's own authority or lie below it."""
    own = authority_of(request.user)
    wanted = request.GET.get("at", "")
    place = Institution.objects.filter(code=wanted).first() if wanted else own
    above = place
    while above is not None and own is not None and above.pk != own.pk:
        above = above.parent
    if own is None or place is None or above is None:
        raise NotFound("没有这个单位，或不归您看。", "No such body, or it is not yours.")
    return place


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
    place = _place(request)
    regions = regions_below(place)
    values = counted(figure, regions)

    def address(code: str) -> str:
        return "?" + urlencode({"figure": figure.id, "at": code})

    keys = {place.pk}.union(*(region.keys for region in regions))
    rows = figure.rows().filter(institution__in=keys).select_related("institution")
    context = {
        "place": place,
        "figure": figure,
        "label": localised(figure.zh, figure.en),
        "total": rows.count(),
        "map": tiles(regions, values, figure, address) if regions else None,
        "tabs": _tabs(figure, place),
        "up": address(place.parent.code)
        if place.parent and place.pk != getattr(authority_of(request.user), "pk", None)
        else "",
        "rows": [case_row(row) for row in rows.order_by("due_date", "pk")[:MOST]],
    }
    return render(request, "governance/cockpit/map.html", context)
