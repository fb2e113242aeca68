"""The page of one's calendar: the dates of the four desks, and what is overdue."""

from __future__ import annotations

from itertools import islice

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from lantai.foundation.desks.calendar.desk import dated_desks
from lantai.foundation.desks.calendar.months import MOST, marked, month_asked, month_shown
from lantai.foundation.policy import decide, require

MOST_OVERDUE = 30  # of a desk


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """A month of what I may see on every desk, or on one."""
    require(request.user, "desk.open")
    first, last = month_asked(request)
    every = [desk for desk in dated_desks().values() if decide(request.user, desk.permission)]
    wanted = request.GET.get("desk", "")
    chosen = [desk for desk in every if wanted in ("", desk.id)]
    dates = [
        one
        for desk in chosen
        for one in marked(islice(desk.between(request.user, first, last), MOST), desk.label)
    ]
    overdue = [
        one
        for desk in chosen
        for one in marked(islice(desk.overdue(request.user, localdate()), MOST_OVERDUE), desk.label)
    ]
    month = f"&month={first:%Y-%m}"
    tabs = [{"label": _("全部"), "url": f"?{month[1:]}", "active": not wanted}]
    tabs += [
        {"label": desk.label, "url": f"?desk={desk.id}{month}", "active": desk.id == wanted}
        for desk in every
    ]
    context = {
        **month_shown(request, first, sorted(dates, key=lambda one: (one.day, not one.late))),
        "tabs": tabs,
        "overdue": sorted(overdue, key=lambda one: one.day),
    }
    return render(request, "foundation/desks/calendar.html", context)
