"""What is owed at the desks: taken back, pressed for, reminded of, handed to a colleague, with files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from lantai.core.calendar import add_working_days
from lantai.foundation.accounts.operations import assign_role, create_person
from lantai.foundation.desks.attachments.storing import attachments_of
from lantai.foundation.desks.evaluations import handling as sheets
from lantai.foundation.desks.evaluations.models import Assessment, EvaluationRound
from lantai.foundation.desks.evaluations.operations import judge, save_self_score
from lantai.foundation.desks.evaluations.operations import open_round as open_evaluation
from lantai.foundation.desks.evaluations.queries import rounds_for, scheme_of
from lantai.foundation.desks.owed.models import Handed, Pressed
from lantai.foundation.desks.owed.tasks import remind
from lantai.foundation.desks.returns import handling as papers
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound
from lantai.foundation.desks.returns.operations import (
    accept_form,
    fill_form,
    open_round,
    submit_form,
)
from lantai.foundation.inbox.queries import waiting_for
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import Conflict, NotPermitted, Refusal
from lantai.foundation.work import Act
from tests.foundation.offices import Region
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
GOOD = {"staff": 2, "ws_j": 100, "ws_i": 20, "after_j": 100, "after_i": 20, "good": 120,
        "closed": 120}  # fmt: skip


def evaluation(region: Region, **more: Any) -> Assessment:
    row = open_evaluation(
        region.act("county"), definition="digital_archives_room", organiser=region.places["YX"],
        title="一批", subjects=[region.places["MZ"]], panel=[region.people["archivist"]], **more,
    )  # fmt: skip
    return row.assessments.get()


def handed_in(region: Region, row: Assessment) -> Assessment:
    scheme = scheme_of(row.round)
    full = {e.id: {"claimed": e.maximum if scheme.mode == "points" else "yes"}
            for e in scheme.leaves}  # fmt: skip
    return save_self_score(region.act("officer"), assessment=row, values=full, submit=True)


def scores(row: Assessment) -> dict[str, Any]:
    scheme = scheme_of(row.round)
    return {e.id: e.maximum if scheme.mode == "points" else "yes" for e in scheme.leaves}


def census(region: Region, **more: Any) -> tuple[ReturnRound, ReturnForm]:
    row = open_round(
        region.act("nation"), owner=region.places["GJ"], definition="holdings-census",
        period="2025", bodies=[region.places["MZ"], region.places["JY"]], **more,
    )  # fmt: skip
    return row, ReturnForm.objects.get(round=row, body__code="MZ")


def sent(region: Region, form: ReturnForm) -> ReturnForm:
    fill_form(region.act("officer"), form=form, cells=GOOD)
    return submit_form(region.act("officer"), form=form)


def kinds(region: Region, who: str) -> list[str]:
    return sorted(line.kind for line in waiting_for(region.people[who]))


def colleague(region: Region, name: str, place: str, role: str) -> Any:
    person = create_person(Act(by=Operator()), username=name, name=f"{name}员", password=PASSWORD)
    assign_role(Act(by=Operator()), person=person, institution=region.places[place], role=role)
    region.people[name] = person
    return person


def entered(operation: str) -> LedgerEntry:
    found = LedgerEntry.objects.filter(operation=operation, outcome="success").order_by("-pk")
    return found[0]


def test_a_self_score_is_taken_back_until_an_expert_has_scored(region: Region):
    row = handed_in(region, evaluation(region))
    address = f"/evaluations/{row.round.number}/MZ/"
    assert f"{address}handle/withdraw/" in region.client("officer").get(address).content.decode()
    with pytest.raises(NotPermitted):
        sheets.withdraw_self_score(region.act("other", reason="错了"), assessment=row)
    with pytest.raises(Refusal, match="理由"):
        sheets.withdraw_self_score(region.act("officer"), assessment=row)
    given = {"reason": "有一项填错"}
    assert region.client("officer").post(f"{address}handle/withdraw/", given).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.submitted_at) == ("self", None)
    assert kinds(region, "archivist") == [] and kinds(region, "officer") == ["evaluation.self"]
    assert [turn["kind"] for turn in row.turns] == ["submitted", "withdrawn"]
    line = entered("foundation.desks.evaluations.withdraw_self_score")
    assert line.event == "matter_withdrawal" and line.reason == "有一项填错"
    row = handed_in(region, row)
    judge(region.act("archivist"), assessment=row, scores=scores(row), notes={})
    with pytest.raises(Conflict, match="1 位专家已经评分"):
        sheets.withdraw_self_score(region.act("officer", reason="错了"), assessment=row)
    page = region.client("officer").get(address).content.decode()
    assert "handle/withdraw/" not in page and "有一项填错" in page


def test_a_form_is_taken_back_until_the_level_above_has_agreed(region: Region):
    _row, form = census(region)
    sent(region, form)
    address = f"/returns/forms/{form.pk}/"
    assert f"{address}handle/withdraw/" in region.client("officer").get(address).content.decode()
    with pytest.raises(NotPermitted):
        papers.withdraw_form(region.act("county", reason="代撤"), form=form)
    form = papers.withdraw_form(region.act("officer", reason="漏了一页"), form=form)
    assert form.state == "filling" and kinds(region, "county") == []
    assert list(form.states.order_by("version").values_list("kind", flat=True)) == [
        "submitted", "withdrawn",
    ]  # fmt: skip
    assert "漏了一页" in region.client("officer").get(address).content.decode()
    accept_form(region.act("county"), form=sent(region, form))
    with pytest.raises(Conflict, match="云溪县档案局已经审核通过"):
        papers.withdraw_form(region.act("officer", reason="晚了"), form=form)
    assert "handle/withdraw/" not in region.client("officer").get(address).content.decode()


def test_who_runs_a_round_presses_once_a_day_and_it_is_shown(region: Region):
    late = localdate() - timedelta(days=3)
    sheet = evaluation(region, due=late)
    number = sheet.round.number
    with pytest.raises(NotPermitted):
        sheets.urge_assessments(region.act("officer"), round_=sheet.round)
    boss = region.client("county")
    assert "逾期未办 1 家" in boss.get(f"/evaluations/{number}/").content.decode()
    boss.post(f"/evaluations/rounds/{number}/urge/", {"reason": "请尽快"})
    assert kinds(region, "officer") == ["evaluation.self", "evaluation.urged"]
    with pytest.raises(Conflict, match="一天只催一次"):
        sheets.urge_assessments(region.act("county"), round_=sheet.round, assessments=[sheet])
    Pressed.objects.update(day=localdate() - timedelta(days=1))
    sheets.urge_assessments(region.act("county"), round_=sheet.round, assessments=[sheet])
    shown = f"催办 2 次，最近 {localdate().isoformat()}"
    assert shown in boss.get(f"/evaluations/{number}/").content.decode()
    lines = [one.title for one in waiting_for(region.people["officer"]) if "催办" in one.title]
    assert lines == ["催办：自评：一批"]  # one line, the newest
    assert entered("foundation.desks.evaluations.urge_assessments").event == "matter_urging"
    handed_in(region, sheet)
    assert kinds(region, "officer") == []

    row, form = census(region, due_date=late)
    sent(region, form)
    asker = region.client("nation")
    assert "逾期未办 2 家" in asker.get(f"/returns/rounds/{row.number}/").content.decode()
    asker.post(f"/returns/rounds/{row.number}/urge/")
    assert kinds(region, "county") == ["return.urged", "return_review"]
    assert kinds(region, "other") == ["return.urged", "return_fill"]
    assert "催办 1 次" in asker.get(f"/returns/rounds/{row.number}/").content.decode()
    with pytest.raises(Conflict):
        papers.urge_forms(region.act("nation"), round=row, forms=[form])
    with pytest.raises(NotPermitted):
        papers.urge_forms(region.act("county"), round=row)
    assert entered("foundation.desks.returns.urge_forms").detail["urged"] == 2


def test_what_comes_near_is_reminded_of_once_and_once_when_it_is_over(region: Region):
    running = type("Running", (), {"act": Act(by=Operator(), channel="job")})()
    soon, far = add_working_days(localdate(), 2), add_working_days(localdate(), 9)
    sheet = evaluation(region, due=far)
    _row, form = census(region, due_date=far, review_days=5)
    assert remind(running)["sent"] == 0
    EvaluationRound.objects.update(due_date=soon)
    ReturnRound.objects.update(due_date=soon)
    assert [remind(running)["sent"] for _ in range(2)] == [3, 0]
    assert "evaluation.soon" in kinds(region, "officer") and "return.soon" in kinds(region, "other")
    EvaluationRound.objects.update(due_date=localdate() - timedelta(days=1))
    ReturnRound.objects.update(due_date=localdate() - timedelta(days=1))
    handed_in(region, sheet)
    sent(region, form)  # the county has five working days more
    assert [remind(running)["sent"] for _ in range(2)] == [1, 0]
    assert "return.late" in kinds(region, "other") and "return.soon" not in kinds(region, "county")
    last = entered("foundation.desks.owed.remind_owed")
    assert last.event == "matter_reminder" and last.detail["late"] is True


def test_an_experts_part_goes_to_a_colleague_who_then_judges_alone(region: Region):
    row = handed_in(region, evaluation(region))
    address = f"/evaluations/{row.round.number}/MZ/"
    stand_in = colleague(region, "second", "YXG", "archivist")
    assert not rounds_for(stand_in).exists()
    with pytest.raises(Refusal, match="回避"):
        sheets.hand_over_assessment(
            region.act("archivist"), assessment=row, person=region.people["leader"]
        )
    page = region.client("archivist").get(address).content.decode()
    assert 'value="second"' in page and 'value="officer"' not in page
    given = {"person": "second", "reason": "出差"}
    region.client("archivist").post(f"{address}handle/delegate/", given)
    assert "evaluation.delegated" in kinds(region, "second")
    assert entered("foundation.desks.evaluations.hand_over_assessment").event == "matter_delegation"
    with pytest.raises(NotPermitted, match="已委派"):
        judge(region.act("archivist"), assessment=row, scores=scores(row), notes={})
    page = region.client("second").get(address).content.decode()
    assert 'value="judge"' in page and "archivist员委派second员办理" in page
    assert "second员" not in region.client("officer").get(address).content.decode()
    region.client("archivist").post(f"{address}handle/take-back/")
    assert region.client("second").get(address).status_code == 404
    assert kinds(region, "second") == []
    sheets.hand_over_assessment(region.act("archivist"), assessment=row, person=stand_in)
    row = judge(region.act("second"), assessment=row, scores=scores(row), notes={})
    assert list(row.opinions) == [stand_in.urn] and Handed.objects.count() == 2


def test_a_form_is_handed_to_who_may_fill_it_in_and_carries_its_files(region: Region):
    row, form = census(region)
    mate = colleague(region, "mate", "MZ", "records_officer")
    with pytest.raises(Refusal, match="没有这项权限"):
        papers.hand_over_form(region.act("officer"), form=form, person=region.people["other"])
    with pytest.raises(NotPermitted):
        papers.hand_over_form(region.act("other"), form=form, person=mate)
    papers.hand_over_form(region.act("officer"), form=form, person=mate)
    assert "return.delegated" in kinds(region, "mate")
    client, address = region.client("officer"), f"/returns/forms/{form.pk}/"
    client.post(f"{address}handle/attach/", {"file": SimpleUploadedFile("盘点表.txt", b"120")})
    file = attachments_of(form.urn).get()
    page = client.get(address).content.decode()
    assert "盘点表.txt" in page and file.sm3 in page and "officer员委派mate员办理" in page
    answer = region.client("county").get(f"{address}files/{file.pk}/")
    assert b"".join(answer.streaming_content) == b"120"
    assert region.client("other").get(f"{address}files/{file.pk}/").status_code == 404
    other = client.post(f"{address}handle/attach/", {"file": SimpleUploadedFile("误传.txt", b"1")})
    assert other.status_code == 302
    wrong = attachments_of(form.urn).get(name="误传.txt")
    client.post(f"{address}files/{wrong.pk}/remove/")
    assert attachments_of(form.urn).count() == 1
    assert entered("foundation.desks.returns.attach_to_form").detail["sm3"]
    assert entered("foundation.desks.returns.detach_from_form").detail["file"] == "误传.txt"
    assert entered("foundation.desks.returns.hand_over_form").event == "matter_delegation"
    sent(region, form)
    with pytest.raises(Conflict):
        papers.attach_to_form(region.act("officer"), form=form, files=[])
    assert row.state == "open"
