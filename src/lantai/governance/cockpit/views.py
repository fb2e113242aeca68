"""The cockpit: what is due, late, at risk and improving, for the bodies a person answers for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantai.foundation.desks.cases.operations import open_case
from lantai.foundation.desks.evaluations.definitions import live_facts
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound, localised
from lantai.foundation.work import Act
from lantai.governance.cockpit.indicators import Indicator, indicators, limit_words, read, shown
from lantai.governance.cockpit.levels import (
    bodies_of,
    bodies_under,
    children_of,
    level_of,
    place_for,
    up_from,
)
from lantai.governance.cockpit.limits import Level, level_at, level_of_actor
from lantai.governance.cockpit.maps import FIGURES, cases_at, counted, regions_below, tiles
from lantai.governance.cockpit.maps import TONES as MAP_TONES
from lantai.governance.cockpit.presenting import (
    TONES,
    cell_of,
    flag_words,
    flags_by_indicator,
    line_chart,
    months_chart,
)
from lantai.governance.cockpit.standing import (
    BACK,
    Standing,
    history_of,
    over_the_months,
    risks,
    standings_of,
)
from lantai.governance.supervision.queries import authority_of

MOST = 60  # lines of one page
FIRST = 10  # of the riskiest bodies


@login_required
def cockpit(request: HttpRequest) -> HttpResponse:
    """One level: the figures, the flags by indicator, by month and by body below."""
    require(request.user, "cockpit.see")
    place = place_for(request.user, request.GET.get("at", ""))
    bodies = list(bodies_under(place))
    seat = level_of_actor(request.user, place)
    level = level_at(seat)
    now = standings_of(bodies, level)
    months = over_the_months(bodies, now, level)
    above = up_from(request.user, place)
    after = request.GET.get("after", "")
    children = [c for c in children_of(place) if c.code > after]
    context = {
        "place": place, "level": level_of(place), "above": above, "now": now,
        "tiles": _figures(place, bodies, now),
        "table": flags_by_indicator(now, place), "bodies": len(bodies),
        "months": months_chart(months) if len(months) > 1 else None, "month_rows": months,
        "map": _map(place, now, level), "back": BACK.days, "seat": seat,
        "risks": risks(now)[:FIRST] if len(bodies) > 1 else [],
        "rows": _lines(children[:MOST], now, place),
        "next": children[MOST - 1].code if len(children) > MOST else "",
    }  # fmt: skip
    return render(request, "governance/cockpit/cockpit.html", context)


def _figures(place: Institution, bodies: list[Institution], now: Any) -> list[dict[str, Any]]:
    """The tiles: cases due, late and under way; indicators at risk, improving, getting worse."""
    keys = {place.pk, *(body.pk for body in bodies)}
    made = []
    for key, tone in (("soon", "warning"), ("late", "error"), ("open", "")):
        figure = FIGURES[key]
        count = cases_at(figure, keys).count()
        made.append({"label": localised(figure.zh, figure.en), "value": count,
                     "tone": tone if count else "",
                     "url": _with("cockpit:map", figure=key, at=place.code)})  # fmt: skip
    risks = now.count("red") + now.count("yellow")
    told = (
        (_("有风险的指标"), risks, "error" if now.count("red") else "warning", {"flag": "risk"},
         _("红 {red}，黄 {yellow}").format(red=now.count("red"), yellow=now.count("yellow"))),
        (_("在好转"), now.changed("better"), "good", {"change": "better"}, ""),
        (_("在变差"), now.changed("worse"), "warning", {"change": "worse"}, ""),
    )  # fmt: skip
    for label, count, tone, asked, words in told:
        made.append({"label": label, "value": count, "tone": tone if count else "", "note": words,
                     "url": _with("cockpit:readings", at=place.code, **asked)})  # fmt: skip
    return made


def _with(name: str, **asked: str) -> str:
    return f"{reverse(name)}?{urlencode(asked)}"


def _map(place: Institution, now: Any, level: Level) -> dict[str, Any] | None:
    """A tile for each body below an authority, with its red indicators."""
    regions = regions_below(place) if place.kind == Institution.AUTHORITY else []
    if len(regions) < 2:
        return None
    values = [now.count("red", region.keys) for region in regions]
    own = level["map-flags"].own
    return tiles(
        regions,
        values,
        lambda value: MAP_TONES[own.flag(value)],
        lambda code: _with("cockpit:cockpit", at=code),
    )


def _lines(children: list[Institution], now: Any, place: Institution) -> list[dict[str, Any]]:
    """A body below: its indicators, or of an authority how many stand where."""
    words, lines = flag_words(), []
    by_place: dict[int, list[Standing]] = {}
    for row in now.rows:
        by_place.setdefault(row.place.pk, []).append(row)
    regions = {region.place.pk: region for region in regions_below(place)}
    below = [regions[c.pk] for c in children if c.kind == Institution.AUTHORITY]
    late = dict(
        zip([r.place.pk for r in below], counted(FIGURES["late"], below), strict=True)
        if below
        else ()
    )
    for child in children:
        line: dict[str, Any] = {"place": child, "url": _with("cockpit:cockpit", at=child.code)}
        if child.kind == Institution.AUTHORITY:
            keys = regions[child.pk].keys
            line["counts"] = [
                {"label": words[flag], "value": now.count(flag, keys), "tone": TONES[flag],
                 "url": _with("cockpit:readings", at=child.code, flag=flag)}
                for flag in TONES
            ] + [{"label": _("超期"), "value": late[child.pk], "tone": "fail",
                  "url": _with("cockpit:map", figure="late", at=child.code)}]  # fmt: skip
        else:
            line["cells"] = [cell_of(row) for row in by_place.get(child.pk, [])]
        lines.append(line)
    return lines


@login_required
def readings_page(request: HttpRequest) -> HttpResponse:
    """The rows behind a count of indicators: which body, which indicator, now and before."""
    require(request.user, "cockpit.see")
    place = place_for(request.user, request.GET.get("at", ""))
    asked = {k: request.GET.get(k, "") for k in ("flag", "change", "indicator", "theme")}
    known, words = level_at(level_of_actor(request.user, place)), flag_words()
    now = standings_of(list(bodies_under(place)), known)
    rows = [
        row for row in now.rows
        if asked["indicator"] in ("", row.reading.indicator.id)
        and asked["change"] in ("", row.change)
        and asked["theme"] in ("", row.reading.indicator.theme)
        and (asked["flag"] in ("", row.reading.flag)
             or (asked["flag"] == "risk" and row.reading.flag in ("red", "yellow")))
    ]  # fmt: skip
    one = known.get(asked["indicator"])
    titles = {
        "risk": _("有风险的指标"),
        "better": _("在好转"),
        "worse": _("在变差"),
        "quality": _("数据质量"),
        **words,
    }
    context = {
        "place": place, "now": now, "indicator": one,
        "title": titles.get(asked["flag"] or asked["change"] or asked["theme"], _("指标")),
        "label": one.label if one else "", "limits": _limits(one) if one else [],
        "total": len(rows),
        "rows": [{"place": row.place, **cell_of(row)} for row in rows[:500]],
        "formulas": [] if one else [
            {"label": i.label,
             "value": f"{i.formula} · {limit_words(i, 'red')} · {limit_words(i, 'yellow')}"}
            for i in {row.reading.indicator.id: row.reading.indicator for row in rows}.values()
        ],
    }  # fmt: skip
    return render(request, "governance/cockpit/readings.html", context)


@login_required
def figure(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """One figure of one body: formula, facts, the rows they count; an order when it is red."""
    require(request.user, "cockpit.see")
    place = next((b for b in bodies_of(request.user) if b.code == code), None)
    if place is None or key not in indicators().all():
        raise NotFound("没有这个数，或不归您看。", "No such figure.")
    seat = level_of_actor(request.user, place)
    indicator = level_at(seat)[key]
    reading = read(indicator, place)
    authority = authority_of(request.user)
    if request.method == "POST":
        made = open_case(
            Act(by=request.user), definition="rectification",
            institution=authority or place, title="",
            data={"target": place.code, "severity": "serious", "indicator": key,
                  "problem": indicator.own.order_zh or f"{indicator.label}：{shown(reading)}"},
        )  # fmt: skip
        return redirect("cases:case", made.number)
    known = live_facts()
    parts = [
        {"name": name, "label": localised(known[name].zh, known[name].en), "value": value,
         "rows": list(known[name].rows(place))[:200] if known[name].rows else []}  # type: ignore[misc]
        for name, value in reading.facts.items()
    ]  # fmt: skip
    history = history_of(place, indicator)
    context = {
        "place": place, "indicator": indicator, "label": indicator.label, "seat": seat,
        "limits": _limits(indicator), "value": shown(reading), "tone": TONES[reading.flag], "flag": flag_words()[reading.flag],
        "parts": parts, "history": history,
        "chart": line_chart(history, indicator.label),
        "may_order": authority is not None and reading.flag in ("red", "yellow"),
    }  # fmt: skip
    return render(request, "governance/cockpit/figure.html", context)


def _limits(indicator: Indicator) -> list[dict[str, str]]:
    """The limits in force, in words."""
    return [
        {"label": _("红线"), "value": limit_words(indicator, "red")},
        {"label": _("黄线"), "value": limit_words(indicator, "yellow")},
    ]
