"""The cockpit: figures by formula, drilled to rows, ordered to be put right; and coverage told truly."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lantai.core.desks.expressions import compile_expression
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.evaluations.definitions import live_facts
from lantai.foundation.institutions.models import Institution
from lantai.foundation.institutions.operations import register_institution
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act
from lantai.governance.cockpit.indicators import indicators
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
        assert compile_expression(indicator.red).names <= {"value"}


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
