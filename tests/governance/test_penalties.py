"""A problem handed to penalty opens the penalty, once, and is told what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lantai.core.calendar import add_working_days
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import move_case, open_case
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.refusal import Conflict, NotPermitted
from lantai.governance.supervision.models import SiteCheck
from lantai.governance.supervision.workflow import open_penalty
from tests.people import County, make_county

TODAY = timezone.localdate()


def _problem(county: County) -> Case:
    return open_case(
        county.act("supervisor"), definition="rectification", institution=county.authority,
        title="", data={"target": "MZ", "problem": "三年未归档", "severity": "grave"},
    )  # fmt: skip


def _handing(day: Any = TODAY) -> dict[str, str]:
    return {"unlawful": "拒不归档", "act_on": f"{day - timedelta(30)}", "found_on": f"{day}"}


@pytest.mark.django_db
def test_handing_over_opens_the_penalty_links_both_and_starts_its_clock(data_folder: Any):
    county = make_county()
    problem, boss = _problem(county), Client()
    boss.force_login(county.people["supervisor"])
    sent = {f"penalise-{name}": value for name, value in _handing().items()}
    boss.post(f"/cases/{problem.number}/move/penalise/", sent)
    penalty = Case.objects.get(definition="penalty")
    assert penalty.subject == problem.urn and penalty.state == "clue"
    assert penalty.data["clue"] == "拒不归档" and penalty.parties.get().institution == county.unit
    assert penalty.due_date == add_working_days(TODAY, 7)
    line = RegisterEntry.objects.get(register="problem-ledger")
    assert line.values["state"] == "penalty" and penalty.number in line.values["penalty"]
    at_problem = boss.get(f"/cases/{problem.number}/").content.decode()
    at_penalty = boss.get(f"/cases/{penalty.number}/").content.decode()
    assert penalty.number in at_problem and "线索" in at_problem and problem.number in at_penalty
    with pytest.raises(Conflict):
        open_penalty(county.act("supervisor"), case=problem, data=_handing())
    move_case(
        county.act("supervisor"), case=penalty, transition="drop", data={"reason": "情节轻微"}
    )
    line.refresh_from_db()
    assert line.values["state"] == "closed" and "不予处罚" in line.values["penalty"]
    assert "不予处罚" in boss.get(f"/cases/{problem.number}/").content.decode()
    told = boss.get(f"/cases/{problem.number}/", headers={"accept-language": "en"}).content.decode()
    assert "No penalty" in told


@pytest.mark.django_db
def test_who_may_not_open_penalties_hands_nothing_over(data_folder: Any):
    county = make_county()
    problem = open_case(
        county.act("director"), definition="rectification", institution=county.archives,
        title="", data={"target": "MZ", "problem": "虫害", "severity": "serious"},
    )  # fmt: skip
    for who in ("director", "leader"):
        with pytest.raises(NotPermitted):
            move_case(county.act(who), case=problem, transition="penalise", data=_handing())
    with pytest.raises(NotPermitted):  # the effect by itself asks for the penalty's own permission
        open_penalty(county.act("director"), case=problem, data=_handing())
    problem.refresh_from_db()
    assert problem.state == "ordered" and not Case.objects.filter(definition="penalty").exists()
    move_case(county.act("supervisor"), case=problem, transition="penalise", data=_handing())
    assert Case.objects.get(definition="penalty").institution == county.authority


@pytest.mark.django_db
def test_the_result_begins_with_what_was_not_met_on_site(data_folder: Any):
    county = make_county()
    case = open_case(
        county.act("supervisor"), definition="inspection", institution=county.authority, title="",
        data={"target": "MZ", "kind": "plan", "items": ["归档"], "officers": ["壬科长", "丁馆员"]},
    )  # fmt: skip
    who = {"officers": ["壬科长", "丁馆员"], "visit_on": f"{TODAY}"}
    move_case(county.act("supervisor"), case=case, transition="notify", data=who)
    move_case(county.act("supervisor"), case=case, transition="begin")
    for items in ({"1": {"verdict": "no"}, "4": {"verdict": "no", "note": "缺三年"}},
                  {"1": {"verdict": "yes"}}):  # fmt: skip
        SiteCheck.objects.create(case=case, checklist="archives_work", items=items, by="p",
                                 by_name="壬", at=timezone.now())  # fmt: skip
    boss = Client()
    boss.force_login(county.people["supervisor"])
    choices = boss.get(f"/cases/{case.number}/").context["choices"]
    form = next(c["form"] for c in choices if c["button"].transition.id == "conclude")
    assert form.initial["problems"] == 1 and form.initial["findings"].endswith("缺三年")
