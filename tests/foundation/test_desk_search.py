"""What lies on the four desks is found through the search engine, by each who may open it and no other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from lantai.cli.rebuild import Rebuild
from lantai.foundation.changes.following import follow_one
from lantai.foundation.desks.cases.handling import recuse_from_case
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import assign_case, open_case
from lantai.foundation.desks.evaluations.operations import open_round as open_evaluation
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.desks.registers.operations import change_entry, withdraw_entry
from lantai.foundation.desks.returns.models import ReturnForm
from lantai.foundation.desks.returns.operations import fill_form, open_round
from lantai.foundation.desks.searching.finding import Asked, find_matters
from lantai.foundation.desks.searching.indexing import all_documents, desk_index
from lantai.foundation.desks.searching.tokens import reader_tokens
from lantai.foundation.policy import Anonymous, Operator
from tests.foundation.offices import Region

pytestmark = pytest.mark.django_db
ENTRIES = (
    ("archivist", "objects", {"number": "SW-1", "title": "云溪县人民政府铜印", "class": "seal",
                              "place": "三楼", "condition": "good", "description": "一九五〇年启用"}),
    ("officer", "problem-ledger", {"title": "档案室未装铜锁", "unit": "云溪县民政局",
                                   "inspection": "年度", "severity": "minor", "found": "2026-03-01",
                                   "due": "2026-04-01", "state": "open"}),
    ("county", "laboratories", {"name": "铜器保护实验室", "host": "云溪县档案馆", "field": "保护",
                                "year": "2026"}),
)  # fmt: skip


@pytest.fixture
def entered(region: Region) -> dict[str, int]:
    """One line at the archives, one at a unit, one at the authority; nothing of another test's."""
    desk_index().rebuild(())
    found = {}
    for who, register, values in ENTRIES:
        answer = region.client(who).post(
            f"/api/v1/registers/{register}/entries", json.dumps(values), "application/json"
        )
        assert answer.status_code == 201, answer.content.decode()
        found[register] = answer.json()["id"]
    follow()
    return found


@pytest.fixture
def matters(region: Region, entered: dict[str, int]) -> Case:
    """A case from one unit to another, an evaluation of the archives, a census of both units."""
    case = open_case(
        region.act("officer"), definition="mutual_lookup", institution=region.places["MZ"], title="",
        data={"asked": "JY", "matter": "铜钟捐赠清册", "purpose": "编史需要，勿外传"},
    )  # fmt: skip
    open_evaluation(
        region.act("county"), definition="business_construction", organiser=region.places["YX"],
        title="铜器专项评价", subjects=[region.places["YXG"]], panel=[region.people["province"]],
    )  # fmt: skip
    row = open_round(
        region.act("nation"), owner=region.places["GJ"], definition="holdings-census",
        period="2025", title="铜矿档案普查", bodies=[region.places["MZ"], region.places["JY"]],
    )  # fmt: skip
    fill_form(region.act("officer"), form=ReturnForm.objects.get(round=row, body__code="MZ"),
              cells={}, explanation="新收铜版画一批")  # fmt: skip
    follow()
    return case


def follow() -> None:
    while follow_one("desk-index"):
        pass


def asked(region: Region, who: str, text: str, **more: Any) -> dict[str, Any]:
    answer = region.client(who).get("/api/v1/desk-search", {"q": text, "limit": 100, **more})
    assert answer.status_code == 200, answer.content.decode()
    data: dict[str, Any] = answer.json()
    assert data["total"] == len(data["results"]) == sum(one["count"] for one in data["desks"])
    assert data["total"] == sum(one["count"] for one in data["definitions"])
    return data


def titles(region: Region, who: str, text: str, **more: Any) -> set[str]:
    return {one["title"] for one in asked(region, who, text, **more)["results"]}


def test_each_finds_what_their_registers_open_and_no_more(region: Region, entered: dict[str, int]):
    seal, lock, laboratory = "云溪县人民政府铜印", "档案室未装铜锁", "铜器保护实验室"
    assert titles(region, "archivist", "铜") == {seal}
    assert titles(region, "officer", "铜") == {lock}
    assert titles(region, "county", "铜") == {seal, lock, laboratory}  # all below it
    assert titles(region, "province", "铜", within="objects") == {seal}
    assert titles(region, "other", "铜") == set()  # another unit's officer
    assert titles(region, "archivist", "一九五〇 啟用") == {seal}  # words of a field, either script
    page = region.client("county").get("/registers/", {"q": "铜"}).content.decode()
    assert "找到 3 条" in page and seal in page.replace("<mark>", "").replace("</mark>", "")


def test_changes_and_withdrawals_follow_and_the_index_can_be_built_anew(
    region: Region, entered: dict[str, int]
):
    row = RegisterEntry.objects.get(pk=entered["objects"])
    change_entry(region.act("archivist"), entry=row, values={**row.values, "title": "青花瓷瓶"})
    assert titles(region, "archivist", "青花") == set()  # not read yet
    follow()
    assert titles(region, "archivist", "青花") == {"青花瓷瓶"}
    row.refresh_from_db()
    withdraw_entry(region.act("archivist", reason="重复"), entry=row)
    assert titles(region, "archivist", "青花") == set()  # at once: the database is asked again
    follow()
    assert desk_index().rebuild(all_documents()) == 2
    assert titles(region, "county", "铜") == {"档案室未装铜锁", "铜器保护实验室"}


def test_nobody_finds_by_a_word_what_he_may_not_open(region: Region, matters: Case):
    """Starter, handler, superior, other institutions, panel, security officer, recused, public."""
    recuse_from_case(region.act("officer"), case=matters, reason="亲属")  # may read, not handle
    assign_case(region.act("leader"), case=matters, person=region.people["leader"])
    follow()
    every = {
        one["page"]: one["title"]
        for who in region.people
        for one in asked(region, who, "铜")["results"]
    }
    assert len(every) == 3 + 1 + 2 + 3  # entries, the case, round and sheet, round and two forms
    for who in region.people:
        client = region.client(who)
        found = {one["page"] for one in asked(region, who, "铜")["results"]}
        opens = {page for page in every if client.get(page).status_code == 200}
        assert found == opens, who
    assert titles(region, "other", "铜钟") == {"请云溪县教育局查：铜钟捐赠清册"}
    assert titles(region, "officer", "勿外传") == titles(region, "leader", "編史") != set()
    assert titles(region, "other", "勿外传") == set()  # the page does not show it to a party
    assert titles(region, "archivist", "钟") == titles(region, "security", "钟") == set()
    assert Client().get("/api/v1/desk-search", {"q": "铜"}).status_code == 401
    assert reader_tokens(Anonymous()) == frozenset()
    assert find_matters(Operator(), Asked("铜")).total == len(every) - 2  # no evaluations for it


def test_the_lists_of_the_desks_are_searched_where_they_stand(region: Region, matters: Case):
    """One sign is enough, either script; filters narrow; an API list takes ``q`` as the page does."""
    officer, county, nation = map(region.client, ("officer", "county", "nation"))
    page = officer.get("/cases/", {"q": "鐘"}).content.decode()
    assert "找到 1 条" in page and "<mark>钟</mark>" in page and "待对方查档" in page
    for more, count in (({"status": "closed"}, 0), ({"clock": "over"}, 0), ({"state": "asked"}, 1),
                        ({"definition": "mutual_lookup"}, 1), ({"institution": "MZ"}, 1)):  # fmt: skip
        answer = officer.get("/cases/", {"q": "钟", **more}).content.decode()
        assert f"找到 {count} 条" in answer, more
    listed = officer.get("/api/v1/cases", {"q": matters.number}).json()
    assert [row["number"] for row in listed["cases"]] == [matters.number]
    assert officer.get("/api/v1/cases", {"q": "钟", "state": "closed"}).json()["total"] == 0
    page = county.get("/evaluations/", {"q": "专项"}).content.decode()
    assert "找到 2 条" in page and "/evaluations/PJ-YX-" in page
    assert len(county.get("/api/v1/evaluations", {"q": "专项"}).json()) == 1
    assert officer.get("/api/v1/evaluations", {"q": "专项"}).json() == []
    row = ReturnForm.objects.get(body__code="MZ").round
    page = nation.get(f"/returns/rounds/{row.number}/", {"q": "版画"}).content.decode()
    assert "云溪县民政局" in page and "云溪县教育局" not in page and "<mark>版画</mark>" in page
    assert "找到 3 条" in nation.get("/returns/", {"q": "铜矿"}).content.decode()
    rounds = nation.get("/api/v1/returns/rounds", {"q": "铜矿"}).json()
    assert [one["number"] for one in rounds] == [row.number]
    forms = nation.get(f"/api/v1/returns/rounds/{row.number}/forms", {"q": "教育局"}).json()
    assert [one["body"] for one in forms] == ["JY"]
    page = county.get("/registers/", {"q": "铜"}).content.decode()
    assert all(word in page for word in ("台账 3", "评价 2", "填报 3", "desk=returns"))
    narrowed = county.get("/registers/", {"q": "铜", "kind": "returns/holdings-census"})
    assert "找到 3 条" in narrowed.content.decode()


def test_lantai_rebuild_index_builds_the_desks_as_well(
    region: Region, matters: Case, capsys: pytest.CaptureFixture[str]
):
    desk_index().rebuild(())
    assert titles(region, "officer", "铜钟") == set()
    options = type("Options", (), {"what": "index", "json": True})()
    assert Rebuild().run(options) == 0
    assert json.loads(capsys.readouterr().out)["matters"] == 10  # a case lies there twice
    assert titles(region, "officer", "铜钟") == {matters.title}
