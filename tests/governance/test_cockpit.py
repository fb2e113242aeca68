"""The cockpit: figures by formula, drilled to rows, ordered to be put right; and coverage told truly."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lantai.catalogue.records.models import Record
from lantai.core.desks.expressions import compile_expression
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.evaluations.definitions import live_facts
from lantai.foundation.institutions.models import Institution
from lantai.foundation.institutions.operations import register_institution
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act
from lantai.governance.cockpit import standing
from lantai.governance.cockpit.indicators import indicators
from lantai.governance.cockpit.models import BodyReadings
from lantai.governance.cockpit.operations import keep_readings
from lantai.governance.cockpit.tasks import read_now
from lantai.governance.coverage.queries import coverage, systems, tally
from tests.people import make_county

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_a_red_flag_is_drilled_to_its_rows_and_ordered_to_be_put_right(data_folder: Any):
    county, boss = make_county(), Client()
    boss.force_login(county.people["supervisor"])
    page = boss.get("/cockpit/").content.decode()
    assert "云溪县民政局" in page and "/cockpit/schedule/MZ/" in page
    figure = boss.get("/cockpit/schedule/MZ/").content.decode()
    assert "schedule_in_force" in figure and "下达整改" in figure
    assert boss.post("/cockpit/schedule/MZ/").status_code == 302
    case = Case.objects.get(definition="rectification")
    assert case.data["indicator"] == "schedule" and case.parties.get().institution == county.unit
    assert case.number in boss.get("/cockpit/rectified/MZ/").content.decode()
    other = Client()
    other.force_login(county.people["other_officer"])
    assert other.get("/cockpit/schedule/MZ/").status_code == 404
    assert other.get("/cockpit/").status_code == 200


@pytest.mark.django_db
def test_each_level_sees_what_is_due_late_at_risk_and_improving_down_to_the_rows(
    data_folder: Any,
):
    county = make_county()
    nation, province, city = _levels_above(county)
    today = timezone.localdate()
    for number, days in enumerate((-3, 2)):  # one late, one due soon, both about the unit
        case = Case.objects.create(
            definition="rectification", definition_version="1", number=f"ZG-{number}",
            institution=county.authority, title=f"问题{number}", state="ordered",
            opened_by="person:x", opened_at=timezone.now(), state_since=timezone.now(),
            due_date=today + timedelta(days),
        )  # fmt: skip
        case.parties.create(institution=county.unit, role="target")
    BodyReadings.objects.create(
        institution=county.unit, day=today - timedelta(40),
        values={"late": [9.0, "red"], "schedule": [1.0, "green"], "rectified": [0.0, "red"]},
    )  # fmt: skip
    seats = [("supervisor", at) for at in (county.authority, city, province, nation)]
    seats += [("officer", county.unit), ("director", county.archives)]
    levels = ("县级", "市级", "省级", "国家级", "立档单位", "档案馆")
    for (who, at), level in zip(seats, levels, strict=True):
        if who == "supervisor":
            county.people[who].assignments.update(institution=at)
        seat = Client()
        seat.force_login(county.people[who])
        page = seat.get("/cockpit/").content.decode()
        assert f"{at.name} · {level}" in page, level
        told = {
            t["url"].partition("?")[2]: t["value"] for t in seat.get("/cockpit/").context["tiles"]
        }
        code = at.code
        assert told[f"figure=late&at={code}"] == told[f"figure=soon&at={code}"] == 1, level
        assert told[f"at={code}&change=better"] == told[f"at={code}&change=worse"] == 1, level
        for name in ("soon", "late"):
            rows = seat.get(f"/cockpit/map/?figure={name}&at={code}").content.decode()
            assert f"ZG-{int(name == 'soon')} " in rows and "怎样算出" in rows
        better = seat.get(f"/cockpit/readings/?at={code}&change=better").content.decode()
        assert "/cockpit/late/MZ/" in better and "9件" in better and "late_cases" in better
        risk = seat.get(f"/cockpit/readings/?at={code}&flag=risk").context["rows"]
        assert len(risk) == told[f"at={code}&flag=risk"] > 1
        assert seat.get("/cockpit/late/MZ/").status_code == 200
    province_page = _seat(county, "supervisor", nation).get("/cockpit/").content.decode()
    assert "?at=PROV" in province_page and "省" in province_page
    stranger = _seat(county, "other_officer", None)
    assert stranger.get("/cockpit/?at=MZ").status_code == 404
    assert stranger.get("/cockpit/readings/?at=AUTH").status_code == 404


def _levels_above(county: Any) -> list[Institution]:
    """The nation, a province and a city above the county's authority."""
    by, above, made = Act(by=Operator(), channel="cli"), None, []
    for code, name in (("GJ", "国家档案局"), ("PROV", "示范省档案局"), ("CITY", "示范市档案局")):
        above = register_institution(by, code=code, name=name, kind="authority", parent=above)
        made.append(above)
    Institution.objects.filter(pk=county.authority.pk).update(parent=above)
    return made


def _seat(county: Any, who: str, at: Institution | None) -> Client:
    if at is not None:
        county.people[who].assignments.update(institution=at)
    seat = Client()
    seat.force_login(county.people[who])
    return seat


@pytest.mark.django_db
def test_readings_are_kept_only_when_they_change_and_serve_many_bodies(
    data_folder: Any, monkeypatch: Any
):
    county = make_county()
    act, today = Act(by=Operator(), channel="job"), timezone.localdate()

    def read() -> int:
        return keep_readings(act, day=today, readings={county.unit: read_now(county.unit)})

    assert read() == 1
    read()
    assert BodyReadings.objects.filter(institution=county.unit).count() == 1
    BodyReadings.objects.update(day=timezone.localdate() - timedelta(31))
    assert not read()  # nothing changed: no row of today
    assert BodyReadings.objects.count() == 1
    monkeypatch.setattr(standing, "LIVE", 0)
    boss = _seat(county, "supervisor", None)
    page = boss.get("/cockpit/").content.decode()
    assert "取自" in page and "/cockpit/schedule/MZ/" in page
    chart = boss.get("/cockpit/").context["months"]
    assert len(chart["series"][0]["data"]) == 2
    assert "{" not in boss.get("/cockpit/", headers={"accept-language": "en"}).context["level"]


@pytest.mark.django_db
def test_each_tile_of_the_map_is_a_figure_that_leads_to_its_cases(data_folder: Any):
    by = Act(by=Operator(), channel="cli")
    nation = register_institution(by, code="GJ", name="国家档案局", kind="authority")
    for code, name in (("SX", "陕西省档案局"), ("SC", "四川省档案局")):
        register_institution(by, code=code, name=name, kind="authority", parent=nation,
                             division={"SX": "610000", "SC": "510000"}[code])  # fmt: skip
    county = make_county()
    below = Institution.objects.get(code="SX")
    Institution.objects.filter(pk=county.authority.pk).update(parent=below)
    for number, late in enumerate((1, 1, -9)):
        Case.objects.create(
            definition="rectification", definition_version="1", number=f"ZG-{number}",
            institution=county.authority, title=f"问题{number}", state="ordered",
            opened_by="person:x", opened_at=timezone.now(), state_since=timezone.now(),
            due_date=timezone.localdate() - timedelta(late),
        )  # fmt: skip
    county.people["supervisor"].assignments.update(institution=nation)
    boss = Client()
    boss.force_login(county.people["supervisor"])
    page = boss.get("/cockpit/map/").content.decode()
    assert "陕西省档案局：2" in page and "四川省档案局：0" in page and "未办结" in page
    assert 'x="404" y="304"' in page  # where the grid has Shaanxi
    lower = boss.get("/cockpit/map/?at=SX").content.decode()
    assert "云溪县档案局：2" in lower and "ZG-0" in lower and "ZG-2" not in lower
    assert "ZG-2" in boss.get("/cockpit/map/?at=AUTH&figure=open").content.decode()
    county.people["supervisor"].assignments.update(institution=below)
    assert boss.get("/cockpit/map/?at=SC").status_code == 404


@pytest.mark.django_db
def test_every_indicator_is_a_formula_over_known_facts():
    known = set(live_facts())
    assert len(indicators().all()) >= 8
    for indicator in indicators().all().values():
        assert compile_expression(indicator.formula).names <= known, indicator.id
        assert indicator.own.flag(None) == "none", indicator.id


def test_every_claim_of_coverage_names_a_test_that_exists():
    assert len(systems()) == 196
    wrong = []
    for row in coverage():
        for claim in row.claims:
            if claim.state == "works" and not claim.tests:
                wrong.append(f"{row.id}: {claim.by} claims and names no test")
            for test in claim.tests:
                path, _, name = test.partition("::")
                name = name.partition("[")[0]
                file = ROOT / path
                if not file.is_file() or not re.search(rf"^def {name}\(", file.read_text(), re.M):
                    wrong.append(f"{row.id}: {test}")
    assert not wrong, "\n".join(wrong)


def test_nothing_is_claimed_of_a_system_that_is_not_on_the_list():
    from lantai.governance.coverage.queries import definition_claims, feature_claims

    assert {c.system for c in [*definition_claims(), *feature_claims()]} <= set(systems())
    counts = tally(coverage())
    assert sum(counts.values()) == 196 and counts["works"] > 20


@pytest.mark.django_db
def test_the_coverage_page_says_what_is_missing(data_folder: Any):
    county, somebody = make_county(), Client()
    somebody.force_login(county.people["archivist"])
    page = somebody.get("/coverage/").content.decode()
    assert "S143" in page and "尚无" in page and "缺：" in page


@pytest.mark.django_db
def test_the_quality_of_the_catalogue_is_read_down_to_the_fonds_that_lack_something(
    data_folder: Any,
):
    county, now = make_county(), timezone.now()
    for number in range(4):
        Record.objects.create(
            holder=county.archives, fonds=county.fonds, title=f"件{number}", created_at=now,
            updated_at=now, creator="县民政局" if number else "", retention="Y",
            date_earliest=now.date(), reference_code=f"J012-{number}",
        )  # fmt: skip
    boss = _seat(county, "supervisor", None)
    rows = boss.get("/cockpit/readings/?theme=quality").context["rows"]
    told = {row["id"]: (row["value"], row["flag"]) for row in rows if row["place"].code == "YX"}
    assert told["quality-described"] == ("75.0%", "红") and told["quality-coded"][1] == "绿"
    assert all(row["id"].startswith("quality-") for row in rows)
    assert (
        "J012 云溪县民政局：1 / 4 条" in boss.get("/cockpit/quality-described/YX/").content.decode()
    )
