"""Entries of all registers are found through the search engine, each reader seeing their own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lantai.foundation.changes.following import follow_one
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.desks.registers.operations import change_entry, withdraw_entry
from lantai.foundation.desks.registers.searching import all_documents, register_index
from tests.foundation.offices import Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def entered(region: Region) -> dict[str, int]:
    """One line at the archives, one at a unit, one at the authority; nothing of another test's."""
    register_index().rebuild(())
    found = {}
    for who, register, values in (
        ("archivist", "objects", {"number": "SW-1", "title": "云溪县人民政府铜印", "class": "seal",
                                  "place": "三楼", "condition": "good", "description": "一九五〇年启用"}),
        ("officer", "problem-ledger", {"title": "档案室未装铜锁", "unit": "云溪县民政局",
                                       "inspection": "年度", "severity": "minor",
                                       "found": "2026-03-01", "due": "2026-04-01", "state": "open"}),
        ("county", "laboratories", {"name": "铜器保护实验室", "host": "云溪县档案馆", "field": "保护",
                                    "year": "2026"}),
    ):  # fmt: skip
        answer = region.client(who).post(
            f"/api/v1/registers/{register}/entries", json.dumps(values), "application/json"
        )
        assert answer.status_code == 201, answer.content.decode()
        found[register] = answer.json()["id"]
    follow()
    return found


def follow() -> None:
    while follow_one("register-index"):
        pass


def titles(region: Region, who: str, text: str, **more: Any) -> set[str]:
    answer = region.client(who).get("/api/v1/register-search", {"q": text, **more})
    assert answer.status_code == 200, answer.content.decode()
    data = answer.json()
    assert data["total"] == len(data["entries"]) == sum(r["count"] for r in data["registers"])
    return {one["entry"]["title"] for one in data["entries"]}


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
    assert register_index().rebuild(all_documents()) == 2
    assert titles(region, "county", "铜") == {"档案室未装铜锁", "铜器保护实验室"}
