"""The guide, word for word: its two files in the installation's folder, and a walk through both."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lantai.core.desks.adapting import differences
from lantai.foundation.desks.adapting.operations import adapt_for_all
from lantai.foundation.desks.cases import handling
from lantai.foundation.desks.cases.definitions import DESK, case_definitions, rules_for
from lantai.foundation.desks.cases.handling import (
    delegate_case,
    recuse_from_case,
    return_case,
    urge_case,
    withdraw_case,
)
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import move_case, open_case
from lantai.foundation.desks.evaluations.models import Assessment, EvaluationRound
from lantai.foundation.desks.owed.tasks import remind
from lantai.foundation.inbox.models import InboxItem
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import NotPermitted, Refusal
from lantai.foundation.work import Act
from tests.people import make_county

pytestmark = pytest.mark.django_db
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "cases-and-evaluations.md"


@pytest.fixture
def county(data_folder: Path) -> Any:
    """A county whose installation has the guide's two files."""
    text = GUIDE.read_text(encoding="utf-8")
    places = re.findall(r"存为 `(definitions/[^`]+)`", text)
    blocks = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert len(places) == len(blocks) == 2
    for place, block in zip(places, blocks, strict=True):
        path = data_folder / place
        path.parent.mkdir(parents=True)
        path.write_text(block, encoding="utf-8")
    return make_county()


def signed_in(county: Any, who: str) -> Client:
    client = Client()
    client.force_login(county.people[who])
    return client


def lent(county: Any, items: int = 3) -> Case:
    return open_case(
        county.act("archivist"), definition="loan", institution=county.archives, title="",
        data={"borrower": "县志办", "items": items},
    )  # fmt: skip


def test_the_case_of_the_guide_is_walked(county: Any):
    desk = signed_in(county, "archivist")
    form = {"institution": "YX", "borrower": "县志办", "items": "80"}
    assert desk.post("/cases/new/loan/", form).status_code == 302
    case = Case.objects.get()
    assert (case.title, case.number[:3], case.due_date is not None) == (
        "县志办借阅档案",
        "JY-",
        True,
    )
    boss = signed_in(county, "director")
    assert "一次最多借五十件" in boss.get(f"/cases/{case.number}/").content.decode()
    again = desk.post("/cases/new/loan/", {**form, "items": "0"})
    assert again.status_code == 422
    desk.post("/cases/new/loan/", {**form, "items": "5"})
    case = Case.objects.order_by("-pk")[0]
    assert boss.post(f"/cases/{case.number}/move/lend/").status_code == 302
    assert boss.get(f"/cases/{case.number}/papers/slip.pdf").content[:5] == b"%PDF-"
    desk.post(f"/cases/{case.number}/move/give_back/", {"give_back-counted": "5"})
    case.refresh_from_db()
    assert case.state == "back" and case.closed_at
    schema = desk.get("/api/v1/case-definitions/loan").json()["open"]["schema"]
    assert schema["required"] == ["borrower", "items"]


def test_the_evaluation_of_the_guide_is_walked(county: Any):
    run, mine = signed_in(county, "supervisor"), signed_in(county, "archivist")
    run.post("/evaluations/schemes/tidy/new/",
             {"title": "年度", "subjects": ["YX"], "panel": ["supervisor"]})  # fmt: skip
    sheet = f"/evaluations/{EvaluationRound.objects.get().number}/YX/"
    assert mine.post(sheet, {"do": "submit", "s-1.1": "60", "s-1.2": "30"}).status_code == 302
    run.post(sheet, {"do": "judge", "s-1.1": "55", "s-1.2": "30"})
    run.post(sheet, {"do": "settle"})
    row = Assessment.objects.get()
    assert (row.total, row.grade) == (85, "good")


def test_a_broken_file_of_ones_own_is_told_with_its_line_and_stops_nothing(
    county: Any, data_folder: Path
):
    good = (data_folder / "definitions" / "cases" / "loan.toml").read_text(encoding="utf-8")
    wrong = good.replace('id = "loan"', 'id = "loan2"').replace('to = "back"', 'to = "gone"')
    (data_folder / "definitions" / "cases" / "loan2.toml").write_text(wrong, encoding="utf-8")
    page = signed_in(county, "director").get("/cases/definitions/").content.decode()
    line = wrong[: wrong.index('to = "gone"')].count("\n") + 1
    assert f"loan2.toml:{line}" in page and "gone" in page
    assert "loan" in case_definitions().all() and "loan2" not in case_definitions().all()


def test_return_withdraw_delegate_urge_and_recuse(county: Any):
    case = move_case(county.act("director"), case=lent(county), transition="lend")
    with pytest.raises(Refusal):
        withdraw_case(county.act("archivist"), case=case)
    case = withdraw_case(county.act("director"), case=case)
    assert case.state == "asked"
    case = move_case(county.act("director"), case=case, transition="lend")
    with pytest.raises(Refusal, match="理由"):
        return_case(county.act("archivist"), case=case, reason=" ")
    case = return_case(county.act("archivist"), case=case, reason="件数不对")
    assert case.state == "asked"
    with pytest.raises(NotPermitted):
        move_case(county.act("archivist2"), case=case, transition="lend")
    delegate_case(county.act("director"), case=case, person=county.people["archivist2"])
    recuse_from_case(county.act("director"), case=case, reason="亲属")
    with pytest.raises(NotPermitted, match="回避"):
        move_case(county.act("director"), case=case, transition="lend")
    case = move_case(county.act("archivist2"), case=case, transition="lend")
    urge_case(county.act("director"), case=case, reason="请尽快")
    assert InboxItem.objects.filter(kind="loan.urged", closed_at=None, role="archivist").exists()


def test_a_reminder_is_sent_once_when_near_and_once_when_late(county: Any):
    case = lent(county)
    running = type("Running", (), {"act": Act(by=Operator(), channel="job")})()
    assert remind(running)["sent"] == 0
    Case.objects.filter(pk=case.pk).update(due_date=timezone.localdate())
    assert [remind(running)["sent"] for _ in range(2)] == [1, 0]
    Case.objects.filter(pk=case.pk).update(due_date=timezone.localdate().replace(year=2020))
    assert [remind(running)["sent"] for _ in range(2)] == [1, 0]


def test_an_adapted_definition_rules_new_cases_and_old_ones_when_migrated(county: Any):
    old = lent(county)
    page = signed_in(county, "director")
    address = "/definitions/case/loan/edit/"
    given = {"state.asked.clock_working_days": "9", "transition.lend.guard_zh": "最多五十件"}
    assert "与现行版本的差别" in page.post(address, {**given, "do": "preview"}).content.decode()
    assert page.post(address, {"state.asked.clock_working_days": "九"}).status_code == 422
    assert page.post(address, {**given, "do": "save", "reason": "放宽"}).status_code == 302
    rules = rules_for("loan")
    assert rules.version == "1+1" and rules.by_state["asked"].clock_working_days == 9
    old.refresh_from_db()
    assert rules_for("loan", old.definition_version).by_state["asked"].clock_working_days == 3
    before = old.due_date
    assert "改为 9 个工作日" in page.get("/definitions/case/loan/migrate/").content.decode()
    assert page.post("/definitions/case/loan/migrate/", {}).status_code == 422
    old = handling.migrate_case(county.act("director"), case=old)
    assert old.definition_version == "1+1" and old.due_date > before
    changes, _ = differences(case_definitions().get("loan"), DESK.parts, given)
    with pytest.raises(Refusal):
        adapt_for_all(county.act("director"), desk="case", key="loan", changes=changes)
    with pytest.raises(NotPermitted):
        adapt_for_all(county.act("officer"), desk="case", key="loan", changes={})


def test_the_clocks_own_acts_are_not_for_people_and_need_something_to_do(county: Any):
    case = lent(county)
    with pytest.raises(NotPermitted):
        handling.remind_case(county.act("director"), case=case, late=False)
    with pytest.raises(Refusal, match="现行版本"):
        handling.migrate_case(county.act("director"), case=case)
