"""The cases desk: order, guards, permissions, two deciders, numbers, inbox and clocks."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection, connections
from django.test import Client

from lantai.core.calendar import add_working_days
from lantai.core.desks.case_reading import names_in
from lantai.foundation.desks.cases import definitions
from lantai.foundation.desks.cases.definitions import CaseKind, case_definitions
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import assign_case, move_case, open_case
from lantai.foundation.desks.cases.presets import presets
from lantai.foundation.desks.cases.queries import buttons, case_for, cases_for
from lantai.foundation.inbox.models import InboxItem
from lantai.foundation.inbox.queries import waiting_for
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.refusal import Conflict, NotFound, NotPermitted, Refusal
from lantai.foundation.work import Act
from tests.people import PASSWORD, make_county

pytestmark = pytest.mark.django_db

ERRAND = """\
id = "errand"
version = "1"
label_zh = "试办件"
label_en = "errand"
[extra]
number_prefix = "T-"
[[state]]
id = "asked"
label_zh = "已提出"
label_en = "asked"
kind = "start"
who = "archivist"
clock_working_days = 5
[[state]]
id = "looking"
label_zh = "查找中"
label_en = "looking"
who = "archivist supervisor"
[[state]]
id = "done"
label_zh = "办结"
label_en = "done"
kind = "end"
[[transition]]
id = "accept"
from = "asked"
to = "looking"
label_zh = "受理"
label_en = "accept"
permission = "records.describe"
[[transition]]
id = "finish"
from = "looking"
to = "done"
label_zh = "办结"
label_en = "finish"
permission = "cases.assign"
guard = "pages > 0"
guard_zh = "还没有找到一页"
guard_en = "no page was found"
fields = [{ name = "on", label_zh = "日期", label_en = "date", datatype = "date", required = true }]
[[transition]]
id = "guess"
from = "looking"
to = "done"
label_zh = "凭空办结"
label_en = "guess"
permission = "cases.assign"
guard = "nothing_known > 0"
guard_zh = "无从判断"
guard_en = "cannot be known"
[[transition]]
id = "nobody"
from = "asked"
to = "done"
label_zh = "无人可办"
label_en = "nobody"
"""


@pytest.fixture
def errand(monkeypatch, data_folder):
    own = data_folder / "definitions" / "cases"  # where an installation lays its own
    own.mkdir(parents=True)
    (own / "errand.toml").write_text(
        ERRAND.replace("records.describe", "cases.assign"), encoding="utf-8"
    )
    found = {"pages": 1}
    monkeypatch.setitem(definitions._kinds, "errand", CaseKind("errand", facts=lambda case: found))
    county = make_county()
    county.facts = found
    return county


def opened(county, **more):
    return open_case(
        county.act("archivist"),
        definition="errand",
        institution=county.archives,
        title="查一份档案",
        **more,
    )


def test_a_case_moves_only_in_the_order_of_its_definition(errand):
    case = opened(errand)
    with pytest.raises(Refusal, match="已提出"):
        move_case(
            errand.act("archivist"), case=case, transition="finish", data={"on": date(2026, 11, 22)}
        )
    case = move_case(errand.act("archivist"), case=case, transition="accept")
    case = move_case(
        errand.act("archivist"), case=case, transition="finish", data={"on": date(2026, 11, 22)}
    )
    assert (case.state, case.data) == ("done", {"on": "2026-11-22"})
    assert case.closed_at and [s.transition for s in case.steps.order_by("pk")] == [
        "accept",
        "finish",
    ]
    with pytest.raises(Refusal) as unknown:
        move_case(errand.act("archivist"), case=case, transition="no_such")
    assert unknown.value.code == "unknown_transition"


def test_a_guard_that_cannot_be_judged_is_closed(errand):
    case = move_case(errand.act("archivist"), case=opened(errand), transition="accept")
    with pytest.raises(Refusal) as refused:
        move_case(errand.act("archivist"), case=case, transition="guess")
    assert refused.value.code == "guard"
    offered = {b.transition.id: b for b in buttons(errand.people["archivist"], case)}
    assert not offered["guess"].allowed and offered["guess"].reason


def test_a_guard_is_asked_with_the_facts_of_the_moment(errand):
    case = move_case(errand.act("archivist"), case=opened(errand), transition="accept")
    errand.facts["pages"] = 0
    with pytest.raises(Refusal, match="还没有找到一页"):
        move_case(
            errand.act("archivist"), case=case, transition="finish", data={"on": "2026-11-22"}
        )
    entry = LedgerEntry.objects.latest("sequence")
    assert (entry.outcome, entry.detail["problem"]["code"]) == ("failure", "guard")


def test_a_missing_or_unknown_field_is_refused_by_name(errand):
    case = move_case(errand.act("archivist"), case=opened(errand), transition="accept")
    with pytest.raises(Refusal, match="日期"):
        move_case(errand.act("archivist"), case=case, transition="finish")
    with pytest.raises(Refusal, match="extra"):
        move_case(
            errand.act("archivist"),
            case=case,
            transition="finish",
            data={"on": "2026-11-22", "extra": 1},
        )


def test_a_transition_nobody_is_named_for_is_for_nobody(errand):
    with pytest.raises(Refusal) as refused:
        move_case(errand.act("director"), case=opened(errand), transition="nobody")
    assert refused.value.code == "not-permitted"


def test_of_two_deciders_the_second_is_told(errand):
    case = opened(errand)
    move_case(errand.act("archivist"), case=case, transition="accept", version=case.version)
    with pytest.raises(Conflict, match="丁馆员"):
        move_case(errand.act("archivist2"), case=case, transition="accept", version=case.version)
    assert case.steps.count() == 1


def test_a_role_lost_between_opening_and_saving_is_lost(errand):
    case = opened(errand)
    assert next(
        b for b in buttons(errand.people["archivist"], case) if b.transition.id == "accept"
    ).allowed
    errand.people["archivist"].assignments.all().delete()
    with pytest.raises(NotPermitted):
        move_case(errand.act("archivist"), case=case, transition="accept")
    assert Case.objects.get(pk=case.pk).state == "asked"


def test_numbers_go_on_in_order_past_the_width(errand):
    assert opened(errand).number == f"T-YX-{datetime.now(UTC).year}-00001"
    year = datetime.now(UTC).year
    Case.objects.update(number=f"T-YX-{year}-99999")
    assert opened(errand).number.endswith("-100000")
    assert opened(errand).number.endswith("-100001")


@pytest.mark.django_db(transaction=True)
def test_cases_opened_at_one_time_get_different_numbers(errand):
    if connection.vendor != "postgresql":
        assert opened(errand).number != opened(errand).number  # one writer: no race to be had
        return
    numbers, problems = [], []

    def one() -> None:
        try:
            numbers.append(opened(errand).number)
        except Exception as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert len(set(numbers)) == 6


def test_inbox_lines_are_put_where_the_state_waits_and_closed_when_it_moves(errand):
    case = opened(errand)
    assert [i.subject for i in waiting_for(errand.people["archivist"])] == [case.urn]
    assert not waiting_for(errand.people["supervisor"]).exists()
    case = move_case(errand.act("archivist"), case=case, transition="accept")
    assert [i.institution.code for i in waiting_for(errand.people["supervisor"])] == ["AUTH"]
    move_case(errand.act("archivist"), case=case, transition="finish", data={"on": "2026-11-22"})
    assert not InboxItem.objects.filter(subject=case.urn, closed_at=None).exists()


def test_the_clock_runs_in_working_days_of_the_place(errand):
    late_evening = datetime(2026, 9, 29, 17, 0, tzinfo=UTC)  # 30 September in Shanghai
    act = Act(by=errand.people["archivist"], at=late_evening)
    case = open_case(act, definition="errand", institution=errand.archives, title="节前")
    assert case.due_date == add_working_days(date(2026, 9, 30), 5)
    assert case.due_date > date(2026, 10, 7)


def test_a_case_is_handed_only_to_somebody_of_the_place(errand):
    case = opened(errand)
    assign_case(errand.act("director"), case=case, person=errand.people["archivist2"])
    assert (
        waiting_for(errand.people["archivist2"]).filter(person=errand.people["archivist2"]).exists()
    )
    with pytest.raises(Refusal, match="甲档案员"):
        assign_case(errand.act("director"), case=case, person=errand.people["officer"])


def test_outsiders_see_a_case_only_once_it_has_come_to_them(errand):
    case = opened(errand)
    for who in ("officer", "other_archivist", "supervisor", "sysadmin", "secadmin", "auditadmin"):
        assert not cases_for(errand.people[who]).exists(), who
    with pytest.raises(NotFound):
        case_for(errand.people["supervisor"], case.number)
    move_case(errand.act("archivist"), case=case, transition="accept")
    assert case_for(errand.people["supervisor"], case.number) == case


def test_the_pages_show_the_case_its_choices_and_its_definition(errand, client):
    case = opened(errand)
    client.login(username="archivist", password=PASSWORD)
    assert case.title in client.get("/cases/").content.decode()
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "受理" in page and "定义没有写明谁可办理" in page
    assert (
        client.post(f"/cases/{case.number}/move/accept/", {"accept-version": 0}).status_code == 302
    )
    assert (
        client.post(f"/cases/{case.number}/move/finish/", {"finish-version": 1}).status_code == 422
    )
    assert "查找中" in client.get("/cases/definitions/errand/").content.decode()
    assert client.get("/cases/T-no-such/").status_code == 404
    client.login(username="sysadmin", password=PASSWORD)
    assert client.get(f"/cases/{case.number}/").status_code == 403


def test_every_definition_on_the_shelf_names_known_permissions_and_effects():
    from lantai.foundation.policy import permissions, roles

    definitions._walk_workflows()
    for rules in case_definitions().all().values():
        kind = definitions._kinds.get(rules.id)
        for step in rules.transitions:
            assert step.who or step.permission in permissions(), f"{rules.id}.{step.id}"
            assert not step.effect or step.effect in (kind.effects or {}), f"{rules.id}.{step.id}"
        for state in rules.states:
            for who in state.who.replace(",", " ").split():
                role = who.partition("@")[0]
                assert role in definitions.NOBODY or role in roles(), f"{rules.id}.{state.id}"


def test_a_list_begins_with_what_its_kind_of_project_asks_for(data_folder):
    county, boss, officer = make_county(), Client(), Client()
    boss.force_login(county.people["supervisor"])
    officer.force_login(county.people["officer"])
    given = {
        "institution": "AUTH", "target": "MZ", "project": "云溪数据平台", "approval_no": "云发改〔2026〕7号",
        "kind": "it", "contact": "甲",
    }  # fmt: skip
    assert boss.post("/cases/new/project_guidance/", given).status_code == 302
    case = Case.objects.get()
    page = boss.get(f"/cases/{case.number}/").content.decode()
    assert "设计：需求规格说明书" in page and "预置清单待核实" in page
    asked = {c["transition"]: c for c in boss.get(f"/api/v1/cases/{case.number}").json()["choices"]}
    lines = asked["list_documents"]["begins"]["required_list"]
    assert len(lines) == 20 and "试运行：密码应用安全性评估报告" in lines
    boss.post(f"/cases/{case.number}/move/list_documents/", {
        "list_documents-required_list": "\n".join(lines[:3]), "list_documents-phases": "每季",
    })  # fmt: skip
    done = {"report-collected": "\n".join(lines[:2]), "report-volumes": "4"}
    officer.post(f"/cases/{case.number}/move/report/", done)
    boss.post(f"/cases/{case.number}/move/guide/", {
        "guide-guided_on": "2026-11-20", "guide-phase": "trial", "guide-advice": "抓紧",
    })  # fmt: skip
    ready = f"/cases/{case.number}/move/ready/"
    assert boss.post(ready, {"ready-opinion": "可以"}).status_code == 422  # one is missing
    officer.post(
        f"/cases/{case.number}/move/report/", {**done, "report-collected": "\n".join(lines[:3])}
    )
    assert boss.post(ready, {"ready-opinion": "可以"}).status_code == 302
    case.refresh_from_db()
    assert case.state == "ready" and case.data["required_list"] == lines[:3]


def test_each_kind_that_a_preset_is_chosen_by_has_its_list():
    for rules in case_definitions().all().values():
        for entry in rules.every_field.values():
            if entry.preset:
                kinds = {code for code, _, _ in rules.every_field[entry.preset_by].options}
                assert kinds == set(presets().get(entry.preset).lists), rules.id


def test_every_paper_is_written_in_both_languages_and_says_the_same():
    for rules in case_definitions().all().values():
        for paper in rules.printed:
            assert paper.template_en, f"{rules.id} {paper.id}"
            assert set(names_in(paper.template)) == set(names_in(paper.template_en)), rules.id
