"""The page of the limits in force at one level, and who fixed each."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantai.foundation.policy import require
from lantai.governance.cockpit.levels import place_for
from lantai.governance.cockpit.limits import level_of_actor, limit_rows, places_to_adapt


@login_required
def limits(request: HttpRequest, code: str) -> HttpResponse:
    """Every indicator and map figure with its limits; a link to the editor where one may adapt."""
    require(request.user, "cockpit.see")
    place = level_of_actor(request.user, place_for(request.user, ""))
    mine = places_to_adapt(request.user)
    if code != place.code:
        place = next((p for p in mine if p.code == code), None) or place_for(request.user, code)
    context = {
        "place": place,
        "rows": limit_rows(place),
        "may": any(p.pk == place.pk for p in mine),
    }
    return render(request, "governance/cockpit/limits.html", context)
