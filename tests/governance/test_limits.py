"""Limits by level: tried before they are in force, stricter below and never looser, kept in versions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from lantai.core.desks.limits import PATHS, Limits, mistakes, under
from lantai.foundation.desks.adapting.models import Adaptation
from lantai.foundation.desks.adapting.operations import adapt_at_level
from lantai.foundation.institutions.models import Institution
from lantai.foundation.institutions.operations import register_institution
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import NotPermitted, Refusal
from lantai.foundation.work import Act
from lantai.governance.cockpit.indicators import indicators
from lantai.governance.cockpit.limits import level_at
from tests.people import County, make_county

RED = PATHS["red"]


def test_a_lower_level_may_be_stricter_and_never_looser_whichever_way_is_better():
    for better, strict, loose in (("high", 0.9, 0.5), ("low", 1.0, 9.0)):
        limits = Limits(yellow=strict, red=0.7 if better == "high" else 5.0, better=better)
        base = replace(indicators().get("filing"), limits=(limits,))
        fixed = {RED: limits.red}
        looser, _ = under(base, [fixed, {RED: loose}])
        assert looser.own.red == limits.red  # also when it was stored before the level above spoke
        stricter, held = under(base, [fixed, {RED: strict}])
        assert stricter.own.red == strict and held == {"red": strict}
        assert not mistakes(stricter, {"red": limits.red})
        said = mistakes(replace(base, limits=(replace(limits, red=loose),)), {"red": limits.red})
        assert any("不能放宽" in zh and "looser" in en for zh, en in said)


def test_a_red_limit_that_is_reached_before_the_yellow_one_is_told():
    base = indicators().get("filing")
    crossed = replace(base, limits=(replace(base.own, yellow=0.1),))
    assert "黄线" in mistakes(crossed, {})[0][0]


def _county_under_a_province() -> tuple[County, Institution]:
    county = make_county()
    by = Act(by=Operator(), channel="cli")
    province = register_institution(by, code="PROV", name="示范省档案局", kind="authority")
    Institution.objects.filter(pk=county.authority.pk).update(parent=province)
    county.authority.refresh_from_db()
    return county, province


def _form(key: str, **changed: str) -> dict[str, str]:
    own = indicators().get(key).own
    values = {"yellow": f"{own.yellow:g}", "red": f"{own.red:g}", "weight": "1", **changed}
    return {f"limit.own.{name}": value for name, value in values.items()}


@pytest.mark.django_db
def test_limits_are_tried_put_in_force_with_a_version_and_a_ledger_entry_and_bind_below(
    data_folder: Any,
):
    county, province = _county_under_a_province()
    boss = Client()
    boss.force_login(county.people["supervisor"])
    page, at = "/definitions/indicators/staffed/at/AUTH/", "/cockpit/readings/?indicator=staffed"
    red = {row["place"].code for row in boss.get(f"{at}&flag=red").context["rows"]}
    yellow = {row["place"].code for row in boss.get(f"{at}&flag=yellow").context["rows"]}
    assert "JY" in yellow and not red
    tried = boss.post(page, {**_form("staffed", yellow="3", red="2"), "do": "preview"})
    shown = tried.content.decode()
    assert (
        tried.status_code == 200
        and "云溪县教育局" in shown
        and "黄 " in shown
        and "红 0 → 1" in shown
    )
    assert not Adaptation.objects.exists()  # a preview changes nothing
    assert boss.post(page, {**_form("staffed", red="2"), "do": "save"}).status_code == 422  # why?
    boss.post(
        page,
        {
            **_form("staffed", yellow="3", red="2", weight="5"),
            "do": "save",
            "reason": "编制要求两人",
        },
    )
    row = Adaptation.objects.get(desk="indicators", definition="staffed")
    assert (row.institution, row.version, row.note) == (county.authority, 1, "编制要求两人")
    assert row.changes[RED] == 2
    assert LedgerEntry.objects.filter(event="definition_adaptation").exists()
    assert {r["place"].code for r in boss.get(f"{at}&flag=red").context["rows"]} >= {"JY"}
    assert boss.get("/cockpit/").context["risks"][0].points >= 10  # red twice, by weight five
    assert "云溪县档案局第 1 版" in boss.get("/cockpit/limits/AUTH/").content.decode()
    director = Client()
    director.force_login(county.people["director"])
    below = "/definitions/indicators/staffed/at/YX/"
    loose = director.post(
        below, {**_form("staffed", yellow="3", red="1"), "do": "save", "reason": "人少"}
    )
    assert loose.status_code == 422 and "不能放宽" in loose.content.decode()
    director.post(
        below, {**_form("staffed", yellow="4", red="3"), "do": "save", "reason": "本馆从严"}
    )
    assert level_at(county.archives)["staffed"].own.red == 3
    assert level_at(county.authority)["staffed"].own.red == 2
    with pytest.raises(NotPermitted):
        adapt_at_level(county.act("director"), desk="indicators", key="staffed",
                       institution=county.authority, changes={RED: 9.0}, reason="越级")  # fmt: skip
    adapt_at_level(Act(by=Operator(), channel="cli"), desk="indicators", key="staffed",
                   institution=province, changes={PATHS["yellow"]: 6.0, RED: 5.0}, reason="全省")  # fmt: skip
    assert level_at(county.archives)["staffed"].own.red == 5  # who speaks later above still binds
    boss.post(page, {"do": "release"})
    assert Adaptation.objects.filter(institution=county.authority).last().changes == {}


@pytest.mark.django_db
def test_the_colours_of_the_map_are_limits_too_and_nonsense_is_refused(data_folder: Any):
    county, _province = _county_under_a_province()
    boss = Client()
    boss.force_login(county.people["supervisor"])
    page = "/definitions/indicators/map-late/at/AUTH/"
    values = {"limit.own.yellow": "2", "limit.own.red": "7", "limit.own.weight": "1"}
    assert "地图" in boss.post(page, {**values, "do": "preview"}).content.decode()
    boss.post(page, {**values, "do": "save", "reason": "县大"})
    assert level_at(county.authority)["map-late"].own.red == 7
    assert "高于 7件" in boss.get("/cockpit/map/").content.decode()
    for bad in ("nan", "-1", "1e9", "很多"):
        answer = boss.post(page, {**values, "limit.own.red": bad, "do": "save", "reason": "x"})
        assert answer.status_code == 422, bad
    with pytest.raises(Refusal):
        adapt_at_level(county.act("supervisor"), desk="indicators", key="map-late", reason="颠倒",
                       institution=county.authority, changes={RED: 1.0, PATHS["yellow"]: 3.0})  # fmt: skip
    officer = Client()
    officer.force_login(county.people["officer"])
    assert officer.get(page).status_code == 403
    assert "/at/" not in officer.get("/cockpit/limits/MZ/").content.decode()
