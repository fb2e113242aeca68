"""A region's platform: each body's own store, asking one another, indicators signed and sent upward.

Walked by pages: link_platform, take_report.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantai.access.search.followers import bring_up_to_date
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.operations import enter_records
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.institutions.operations import register_institution
from lantai.foundation.ledger.signing import own_public_key
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act
from lantai.governance.linking.models import LinkedReport
from tests.people import County, make_county

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(data_folder: Any) -> County:
    return make_county()


def client_of(county: County, who: str) -> Client:
    client = Client()
    client.force_login(county.people[who])
    return client


def test_each_body_has_its_store_and_asks_the_others_who_answer(county: County):
    enter_records(county.act("archivist"), fonds=county.fonds, descriptions=[
        {"title": "婚姻登记办法", "_creating_unit": county.unit}, {"title": "未开放的批复"},
    ])  # fmt: skip
    Record.objects.filter(title="婚姻登记办法").update(access_status="open", publication="1")
    bring_up_to_date()
    boss, other = client_of(county, "supervisor"), client_of(county, "other_officer")
    stores = boss.get("/cockpit/stores/").content.decode()
    assert "云溪县民政局" in stores and "云溪县教育局" in stores and "存储量" in stores
    store = boss.get("/cockpit/stores/MZ/").content.decode()
    assert "J012 云溪县民政局：1 条，开放 1 条" in store and "甲档案员 档案员" in store
    assert other.get("/cockpit/stores/MZ/").status_code == 404  # a store is its own body's
    assert other.get("/cockpit/stores/JY/").status_code == 200
    opened = other.get("/api/v1/search", {"q": "婚姻登记"}).json()  # open records of the region
    assert opened["total"] == 1
    assert other.get("/api/v1/search", {"q": "批复"}).json()["total"] == 0
    given = {
        "institution": "JY",
        "asked": "MZ",
        "matter": "1987年婚姻登记批复",
        "purpose": "核对学籍",
    }
    assert other.post("/cases/new/mutual_lookup/", given).status_code == 302
    case = Case.objects.get()
    officer = client_of(county, "officer")
    assert "请云溪县民政局查" in officer.get("/desk/").content.decode()
    answer = {
        "answer-outcome": "found", "answer-answer_text": "J012-WS·1987-Y-1 关于婚姻登记的批复",
        "answer-copies": SimpleUploadedFile("批复.txt", "同意".encode()),
    }  # fmt: skip
    move = f"/cases/{case.number}/move"
    told = {k: v for k, v in answer.items() if k != "answer-copies"}
    assert other.post(f"{move}/answer/", told).status_code == 403  # it is not hers to answer
    assert officer.post(f"{move}/answer/", answer).status_code == 302
    page = other.get(f"/cases/{case.number}/").content.decode()
    assert "关于婚姻登记的批复" in page and "批复.txt" in page
    assert other.post(f"{move}/close/", {}).status_code == 302
    assert Client().get(f"/cases/{case.number}/").status_code == 302
    assert client_of(county, "other_archivist").get(f"/cases/{case.number}/").status_code == 404


def test_indicators_go_up_signed_and_what_was_changed_is_refused_with_the_reason(county: County):
    boss = client_of(county, "supervisor")
    page = boss.get("/linking/").content.decode()
    assert own_public_key() in page and "还没有下级平台" in page
    report = boss.get("/linking/report.json").content
    told = json.loads(report)
    assert {b["code"] for b in told["bodies"]} >= {"MZ", "JY", "YX"}
    assert any(r["flag"] == "red" for b in told["bodies"] for r in b["readings"])
    by = Act(by=Operator(), channel="cli")
    province = register_institution(by, code="SS", name="示范省档案局", kind="authority")
    county.people["supervisor"].assignments.update(institution=province)
    linked = {"code": "AUTH", "name": "云溪区域平台", "public_key": own_public_key()}
    assert "130 位" in boss.post("/linking/", {**linked, "public_key": "04ff"}).content.decode()
    assert boss.post("/linking/", linked).status_code == 302

    def bring(content: bytes) -> Any:
        return boss.post("/linking/take/", {"file": SimpleUploadedFile("r.json", content)})

    told["bodies"][0]["readings"][0]["flag"] = "green"
    for wrong, reason in (
        (json.dumps(told).encode(), "签名与内容不符"), (b"<html>", "不是平台上报文件"),
        (report.replace(b'"format": 1', b'"format": 9'), "版本不认识"),
        (report.replace(b'"platform": "AUTH"', b'"platform": "OTHER"'), "没有互联的平台 OTHER"),
    ):  # fmt: skip
        answer = bring(wrong)
        assert answer.status_code >= 400 and reason in answer.content.decode(), reason
    assert not LinkedReport.objects.exists()
    assert bring(report).status_code == 302
    assert "已收过同一份" in bring(report).content.decode()
    page = boss.get("/linking/AUTH/").content.decode()
    assert "云溪县民政局" in page and "schedule_in_force" in page and "签名相符" in page
    assert "云溪区域平台" in boss.get("/linking/").content.decode()
    assert client_of(county, "officer").get("/linking/").status_code == 403
