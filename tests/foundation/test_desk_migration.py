"""Open matters go over to a new version: foreseen one by one, chosen, done as a job, each in the ledger."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from lantai.foundation.desks.adapting.models import KeptDefinition
from lantai.foundation.desks.adapting.operations import adapt_definition, adapt_for_all
from lantai.foundation.desks.cases.definitions import case_definitions, rules_for
from lantai.foundation.desks.cases.handling import migrate_case
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import move_case, open_case
from lantai.foundation.desks.evaluations.models import Assessment, EvaluationRound
from lantai.foundation.desks.evaluations.operations import (
    judge,
    migrate_round,
    open_round,
    save_self_score,
    settle,
)
from lantai.foundation.desks.migrating.tasks import MIGRATE
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.desks.registers.operations import add_entry, migrate_entry
from lantai.foundation.desks.returns import versions
from lantai.foundation.desks.returns.definitions import definition_of
from lantai.foundation.desks.returns.models import ReturnForm
from lantai.foundation.desks.returns.operations import fill_form, submit_form
from lantai.foundation.desks.returns.operations import open_round as open_census
from lantai.foundation.desks.returns.queries import ticket_of, values_of
from lantai.foundation.desks.returns.totals import total_of
from lantai.foundation.jobs import worker
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.queue import claim
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.refusal import NotPermitted, Refusal
from tests.foundation.offices import Region

pytestmark = pytest.mark.django_db
ERRAND = """\
id = "errand"
version = "1"
label_zh = "试办件"
label_en = "Errand"
open_who = "archivist"
title = "{topic}"
[[field]]
name = "topic"
label_zh = "事由"
label_en = "Topic"
required = true
[[field]]
name = "budget"
label_zh = "预算"
label_en = "Budget"
[[state]]
id = "asked"
label_zh = "已提出"
label_en = "Asked"
kind = "start"
who = "archivist"
clock_working_days = 5
[[state]]
id = "looking"
label_zh = "查找中"
label_en = "Looking"
who = "archivist"
[[state]]
id = "checking"
label_zh = "复核中"
label_en = "Checking"
who = "archivist"
[[state]]
id = "done"
label_zh = "办结"
label_en = "Done"
kind = "end"
[[transition]]
id = "take"
from = "asked"
to = "looking"
label_zh = "受理"
label_en = "Take"
who = "archivist"
[[transition]]
id = "check"
from = "looking"
to = "checking"
label_zh = "送复核"
label_en = "Check"
who = "archivist"
[[transition]]
id = "finish"
from = ["looking", "checking"]
to = "done"
label_zh = "办结"
label_en = "Finish"
who = "archivist"
"""
TIDY = """\
id = "neat"
version = "1"
label_zh = "整洁评价"
label_en = "Neatness"
mode = "points"
source = "本馆制度"
run_by = "supervisor"
self_by = "archivist"
[[indicator]]
id = "1"
label_zh = "地面"
label_en = "Floors"
maximum = 60
[[indicator]]
id = "2"
label_zh = "柜架"
label_en = "Shelves"
maximum = 40
[[grade]]
id = "good"
label_zh = "好"
label_en = "Good"
"""


def second(text: str) -> str:
    """The file as its second version: a state renamed, one gone, a field gone, one more asked."""
    for state in ("checking",):
        text = re.sub(rf'\[\[state\]\]\nid = "{state}"\n(.+\n)+?(?=\[\[)', "", text)
    text = re.sub(r'\[\[transition\]\]\nid = "check"\n(.+\n)+?(?=\[\[)', "", text)
    text = text.replace('"looking"', '"working"').replace('["working", "checking"]', '"working"')
    text = text.replace('name = "budget"\nlabel_zh = "预算"\nlabel_en = "Budget"',
                        'name = "why"\nlabel_zh = "用途"\nlabel_en = "Use"\nrequired = true')  # fmt: skip
    text = text.replace("clock_working_days = 5", "clock_working_days = 9")
    return text.replace('version = "1"', 'version = "2"\nrenamed = { looking = "working" }')


@pytest.fixture
def lay(region: Region, data_folder: Path) -> Any:
    """Lay a definition of the installation's own, in place of the one before."""

    def put(desk: str, name: str, text: str) -> None:
        place = data_folder / "definitions" / desk / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    return put


def run_job() -> dict[str, Any]:
    Job.objects.exclude(task=MIGRATE).delete()
    job = claim("test")
    worker.run_job(job)
    job.refresh_from_db()
    assert job.state == "done", job.result
    done: dict[str, Any] = job.result
    return done


def moved(operation: str) -> int:
    return LedgerEntry.objects.filter(operation__endswith=operation, outcome="success").count()


def test_cases_go_over_to_a_replaced_file_as_foreseen(region: Region, lay: Any):
    """Kept, mapped and lost states; a field kept in the history; who is left stays under his rules."""
    lay("cases", "errand.toml", ERRAND)
    cases = [
        open_case(region.act("archivist"), definition="errand", institution=region.places["YXG"],
                  title="", data={"topic": f"事{n}", "budget": "三千元"})
        for n in range(4)
    ]  # fmt: skip
    for case, steps in zip(cases, ((), ("take",), ("take", "check"), ()), strict=True):
        for step in steps:
            move_case(region.act("archivist"), case=Case.objects.get(pk=case.pk), transition=step)
    lay("cases", "errand.toml", second(ERRAND))
    assert case_definitions().get("errand").version == rules_for("errand").version == "2"
    assert rules_for("errand", "1").by_state["checking"].label_zh == "复核中"
    assert KeptDefinition.objects.get(definition="errand").version == "1"
    director, address = region.client("director"), "/definitions/case/errand/migrate/"
    assert "4 件仍按旧版" in director.get("/cases/definitions/errand/").content.decode()
    page = director.get(address).content.decode()
    for words in ("状态“已提出”不变", "状态“查找中”并入“working”", "没有“复核中”这一状态",
                  "期限由5 个工作日改为 9 个工作日", "没有“预算”", "新增必填项“用途”"):  # fmt: skip
        assert words.replace("“working”", "“查找中”") in page, words
    assert page.count('name="selected"') == 3 and not moved("cases.migrate_case")
    with pytest.raises(NotPermitted):
        migrate_case(region.act("archivist"), case=cases[0])
    assert region.client("archivist").get(address).status_code == 403
    chosen = [case.pk for case in cases[:3]]
    director.post(address, {"selected": chosen, "reason": "制度已修订"})
    told = run_job()
    assert (told["migrated"], told["left"]) == (2, 1) and "复核中" in told["reasons"][0]["reason"]
    director.post(address, {"selected": chosen})
    assert run_job()["migrated"] == 0  # again: nothing is done twice
    entries = LedgerEntry.objects.filter(operation__endswith="migrate_case", outcome="success")
    assert [e.reason for e in entries] == ["制度已修订"] * 2
    for case, state, version in zip(
        cases, ("asked", "working", "checking", "asked"), "2211", strict=True
    ):
        case.refresh_from_db()
        assert (case.state, case.definition_version) == (state, version)
    assert (
        "budget" not in cases[0].data
        and "预算：三千元" in director.get(f"/cases/{cases[0].number}/").content.decode()
    )
    done = move_case(region.act("archivist"), case=cases[2], transition="finish")
    assert done.closed_at  # under the rules it began with


def test_a_round_of_an_evaluation_goes_over_whole(region: Region, lay: Any):
    """What does not fit is asked anew; what is gone stays with the sheet; a settled round stays."""
    lay("evaluations", "neat.toml", TIDY)
    for title in ("甲", "乙"):
        open_round(region.act("county"), definition="neat", organiser=region.places["YX"], title=title,
                   subjects=[region.places["YXG"]], panel=[region.people["city"]])  # fmt: skip
    first, other = Assessment.objects.order_by("pk")
    given = {"1": {"claimed": 58.0}, "2": {"claimed": 35.0}}
    for sheet in (first, other):
        save_self_score(region.act("archivist"), assessment=sheet, values=given, submit=True)
    judge(region.act("city"), assessment=other, scores={"1": 50.0, "2": 30.0}, notes={})
    settle(region.act("county"), assessment=other)
    lay("evaluations", "neat.toml", TIDY.replace('version = "1"', 'version = "2"').replace(
        "maximum = 60", "maximum = 50").replace('id = "2"', 'id = "3"'))  # fmt: skip
    county, address = region.client("county"), "/definitions/evaluation/neat/migrate/"
    page = county.get(address).content.decode()
    for words in ("已评定 1 份", "取消的指标 1 项（2）：1 份已填的留存", "新增的指标 1 项（3）",
                  "超出新满分的指标 1 项（1）", "评审中的 1 份退回自评"):  # fmt: skip
        assert words in page, words
    county.post(address, {"select_all": "1"})
    assert run_job()["migrated"] == 1 and moved("evaluations.migrate_round") == 1
    first.refresh_from_db()
    assert (first.state, first.round.definition_version) == ("self", "2")
    assert first.answers["1"]["claimed"] is None and first.answers["1"]["before"] == 58
    assert first.answers["2"]["claimed"] == 35
    assert EvaluationRound.objects.get(pk=other.round_id).definition_version == "1"
    with pytest.raises(Refusal, match="已评定"):
        migrate_round(region.act("county"), round_=other.round)
    adapt_for_all(region.act("county"), desk="evaluation", key="neat",
                  changes={"indicator.1.maximum": 40.0})  # fmt: skip
    assert "2+1" in county.get(address).content.decode()


def test_entries_of_a_register_go_over_where_they_are_kept(region: Region):
    """A field put in by one version and left out by the next: its value stays with the entry."""
    place, act = region.places["YXG"], region.act("archivist")
    added = {
        "added": {
            "field": [{"name": "shelf", "label_zh": "架位", "label_en": "Shelf", "type": "text"}]
        }
    }
    adapt_definition(act, desk="registers", definition="objects", institution=place, changes=added)
    values = {"number": "SW-9", "title": "铜印", "class": "seal", "place": "三楼",
              "condition": "good", "shelf": "3-2"}  # fmt: skip
    row = add_entry(act, register="objects", institution=place, values=values)
    adapt_definition(act, desk="registers", definition="objects", institution=place,
                     changes={"rows": {"field": {"description": {"required": True}}}})  # fmt: skip
    client, address = region.client("archivist"), "/definitions/registers/objects/migrate/"
    page = client.get(address).content.decode()
    assert "没有“架位”" in page and "必填，还没有填" in page and "1+2" in page
    client.post(address, {"selected": [row.pk]})
    assert run_job()["migrated"] == 1 and moved("registers.migrate_entry") == 1
    row = RegisterEntry.objects.get(pk=row.pk)
    assert row.definition_version == "1+2" and row.values["shelf"] == "3-2"
    with pytest.raises(Refusal, match="现行版本"):
        migrate_entry(act, entry=row)
    assert region.client("other").get(address).status_code == 403


def test_a_collecting_round_goes_over_with_its_forms_and_keeps_what_was_sent(region: Region):
    """Figures of what is still asked go over and are added up; each version keeps its definition."""
    row = open_census(region.act("nation"), owner=region.places["GJ"], definition="holdings-census",
                      period="2025", bodies=[region.places["MZ"], region.places["JY"]])  # fmt: skip
    form = ReturnForm.objects.get(round=row, body__code="MZ")
    cells = {"staff": 2, "ws_j": 100, "ws_i": 20, "after_j": 100, "after_i": 20, "good": 120,
             "closed": 120, "rooms": 88.5}  # fmt: skip
    form = submit_form(
        region.act("officer"), form=fill_form(region.act("officer"), form=form, cells=cells)
    )
    key = ticket_of(form).key
    changes = {
        "removed": {"indicator": ["rooms"]},
        "added": {"indicator": [{"code": "drones", "label_zh": "无人机", "label_en": "Drones",
                                 "table": definition_of(row).tables[0].id}]},
    }  # fmt: skip
    adapt_definition(region.act("nation"), desk="returns", definition="holdings-census",
                     institution=region.places["GJ"], changes=changes)  # fmt: skip
    nation, address = region.client("nation"), "/definitions/returns/holdings-census/migrate/"
    page = nation.get(address).content.decode()
    for words in ("取消的指标 1 项（rooms）：其中 1 项有数", "新增的指标 1 项（drones）",
                  "已报送的 1 张新增指标为空", "离线表作废"):  # fmt: skip
        assert words in page, words
    nation.post(address, {"selected": [row.pk]})
    assert run_job()["migrated"] == 1 and moved("returns.migrate_round") == 1
    form.refresh_from_db()
    row.refresh_from_db()
    assert form.state == "reviewing" and "rooms" not in values_of(form)
    assert values_of(form)["volumes"] == 100 and ticket_of(form).key != key
    total = total_of(row, region.places["GJ"])
    assert total.figures[definition_of(row).place["volumes"]] == 100
    for number in (1, 2):  # as sent, and as it was before it went over
        old = region.client("officer").get(f"/returns/forms/{form.pk}/versions/{number}/")
        assert "88.5" in old.content.decode()
    with pytest.raises(Refusal, match="现行版本"):
        versions.migrate_round(region.act("nation"), round=row)
