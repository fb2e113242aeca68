"""Schedules: drafted by the unit, approved by the authority above it, one in force a day."""

from __future__ import annotations

import copy
from datetime import date

import pytest
from django.test import Client

from lantai.foundation.inbox.queries import waiting_for
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import Conflict, NotPermitted, Refusal
from lantai.governance.schedules.operations import (
    adopt_schedule,
    approve_schedule,
    draft_schedule,
    return_schedule,
    revise_schedule,
    submit_schedule,
)
from lantai.governance.schedules.queries import (
    model_data,
    plan_in_force,
    plans_for,
    problems_of,
    schedule_of,
)
from tests.people import make_county

pytestmark = pytest.mark.django_db
MODEL = "yunxi-civil-affairs"


def approved(county, version, day):
    plan = adopt_schedule(county.act("officer"), unit=county.unit, model=MODEL, version=version)
    submit_schedule(county.act("officer"), plan=plan)
    return approve_schedule(
        county.act("supervisor"), plan=plan, number="云档审〔2026〕1号", effective_from=day
    )


def test_a_model_is_adopted_with_the_units_own_name_and_fonds(data_folder):
    county = make_county()
    plan = adopt_schedule(county.act("officer"), unit=county.unit, model=MODEL)
    schedule = schedule_of(plan)
    assert (plan.state, schedule.unit, schedule.fonds) == ("draft", "云溪县民政局", "J012")
    assert len(schedule.leaves) > 20


def test_it_goes_to_the_authority_and_comes_back_approved(data_folder):
    county = make_county()
    plan = adopt_schedule(county.act("officer"), unit=county.unit, model=MODEL)
    submit_schedule(county.act("officer"), plan=plan)
    assert [i.kind for i in waiting_for(county.people["supervisor"])] == ["schedule_review"]
    return_schedule(county.act("supervisor"), plan=plan, opinion="第3条期限请核对")
    assert [i.kind for i in waiting_for(county.people["officer"])] == ["schedule_returned"]
    submit_schedule(county.act("officer"), plan=plan)
    approve_schedule(county.act("supervisor"), plan=plan, number="云档审〔2026〕1号",
                     effective_from=date(2026, 1, 1))  # fmt: skip
    assert not waiting_for(county.people["supervisor"]).exists()
    assert plan_in_force(county.unit, date(2025, 12, 31)) is None
    assert plan_in_force(county.unit, date(2026, 1, 1)).pk == plan.pk


def test_one_version_is_in_force_on_a_day(data_folder):
    county = make_county()
    first = approved(county, "1", date(2026, 1, 1))
    second = approved(county, "2", date(2026, 7, 1))
    assert plan_in_force(county.unit, date(2026, 6, 30)).pk == first.pk
    assert plan_in_force(county.unit, date(2026, 7, 1)).pk == second.pk
    with pytest.raises(Conflict, match="另定生效日期"):
        approved(county, "3", date(2026, 7, 1))
    with pytest.raises(Conflict, match="版本 1"):
        adopt_schedule(county.act("officer"), unit=county.unit, model=MODEL, version="1")


def test_a_schedule_with_errors_is_not_sent(data_folder):
    county = make_county()
    data = model_data(MODEL)
    leaf = next(c for c in data["clause"] if c.get("retention"))
    leaf["retention"] = "99年"
    plan = draft_schedule(county.act("officer"), unit=county.unit, data=data)
    with pytest.raises(Refusal, match="不能报审"):
        submit_schedule(county.act("officer"), plan=plan)
    revise_schedule(county.act("officer"), plan=plan, data=model_data(MODEL))
    assert submit_schedule(county.act("officer"), plan=plan).state == "submitted"
    with pytest.raises(Refusal, match="内容有误"):
        draft_schedule(county.act("officer"), unit=county.unit, data={"version": "x"})


def test_each_does_only_his_part(data_folder):
    county = make_county()
    for who in ("leader", "other_officer", "archivist", "supervisor"):
        with pytest.raises(NotPermitted):
            adopt_schedule(county.act(who), unit=county.unit, model=MODEL)
    plan = adopt_schedule(county.act("officer"), unit=county.unit, model=MODEL)
    submit_schedule(county.act("officer"), plan=plan)
    for who in ("officer", "leader", "archivist", "director"):
        with pytest.raises(NotPermitted, match="主管部门"):
            approve_schedule(county.act(who), plan=plan, number="x",
                             effective_from=date(2026, 1, 1))  # fmt: skip
    assert not plans_for(county.people["other_officer"]).exists()
    assert plans_for(county.people["supervisor"]).exists()
    assert plans_for(county.people["archivist"]).exists()


def test_a_company_takes_its_groups_schedule_and_may_not_keep_shorter(data_folder):
    county = make_county()
    approved(county, "1", date(2026, 1, 1))  # the group's
    Institution.objects.filter(pk=county.other_unit.pk).update(parent=county.unit)
    county.other_unit.refresh_from_db()
    page = Client()
    page.force_login(county.people["other_officer"])
    assert "现行制度" in page.get("/schedules/new/").content.decode()
    own = adopt_schedule(county.act("other_officer"), unit=county.other_unit, model="@group")
    assert schedule_of(own).unit == "云溪县教育局" and schedule_of(own).fonds == "J015"
    assert not [p for p in problems_of(own) if p.code == "group"]
    clauses = copy.deepcopy(own.data["clause"])
    longest = next(c for c in clauses if c.get("retention") == "D30")
    longest["retention"] = "D10"
    changed = {**own.data, "clause": clauses}
    own = revise_schedule(county.act("other_officer"), plan=own, data=changed)
    told = {(p.severity, p.where) for p in problems_of(own) if p.code == "group"}
    assert ("error", longest["no"]) in told
    with pytest.raises(Refusal, match="集团"):
        submit_schedule(county.act("other_officer"), plan=own)
    longest["retention"] = "D30"
    own = revise_schedule(county.act("other_officer"), plan=own, data=changed)
    submit_schedule(county.act("other_officer"), plan=own)  # to the authority, not to the group
    assert waiting_for(county.people["supervisor"]).filter(subject=own.urn).exists()
    with pytest.raises(Refusal, match="上级单位"):
        adopt_schedule(county.act("officer"), unit=county.unit, model="@group")
