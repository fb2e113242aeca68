"""Shared data: offered by archives, used by grant, every use written down, nothing secret in it.

Walked by pages and API: offer_set, withdraw_set, ask_grant, end_grant; note_use by each use.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from lantai.access.sharing.chart import chart
from lantai.access.sharing.models import SharedSet, SharingGrant, SharingUse
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.operations import enter_records
from lantai.core.description import record_types
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.registers.definitions import register_definitions
from lantai.foundation.ledger.models import LedgerEntry
from tests.people import County, make_county

pytestmark = pytest.mark.django_db
TITLES = ("张三李四结婚登记", "王五赵六结婚登记", "机密人员结婚登记")


@pytest.fixture
def county(data_folder: Any) -> County:
    made = make_county()
    rows = [
        {"title": title, "_record_type": "marriage_registration", "date": "1987",
         "reference_code": f"J012-HY·1987-{n}", "secrecy": "机密" if n == 3 else ""}
        for n, title in enumerate(TITLES, 1)
    ]  # fmt: skip
    rows += [{"title": "已开放的通知"}, {"title": "未公布的通知"}]
    enter_records(made.act("archivist"), fonds=made.fonds, descriptions=rows)
    Record.objects.filter(title__endswith="通知").update(access_status="open")
    Record.objects.filter(title="已开放的通知").update(publication="2026-1")
    return made


def client_of(county: County, who: str) -> Client:
    client = Client()
    client.force_login(county.people[who])
    return client


def offered(county: County, kind: str, title: str) -> SharedSet:
    answer = client_of(county, "director").post("/sharing/new/", {"title": title, "kind": kind})
    assert answer.status_code == 302, answer.content.decode()[-1500:]
    return SharedSet.objects.get(title=title)


def moved(client: Client, case: Case, step: str, **data: Any) -> int:
    return client.post(
        f"/api/v1/cases/{case.number}/moves/{step}", json.dumps({"data": data}),
        content_type="application/json",
    ).status_code  # fmt: skip


def test_a_set_is_offered_asked_for_granted_used_and_ended(county: County):
    shared = offered(county, "livelihood", "婚姻登记目录")
    address, api = f"/sharing/{shared.number}/", f"/api/v1/sharing/{shared.number}/rows"
    officer, archivist = client_of(county, "other_officer"), client_of(county, "archivist")
    page = officer.get(address).content.decode()
    assert "须经云溪县档案馆授权" in page and TITLES[0] not in page
    assert officer.get(api).status_code == 403 and not SharingUse.objects.exists()
    until = (localdate() + timedelta(30)).isoformat()
    asked = {"body": "JY", "purpose": "核对学籍补贴对象", "until": until}
    assert officer.post(f"{address}ask/", {**asked, "body": "MZ"}).status_code == 422
    assert officer.post(f"{address}ask/", {**asked, "until": "2020-01-01"}).status_code >= 400
    assert officer.post(f"{address}ask/", asked).status_code == 302
    assert officer.post(f"{address}ask/", asked).status_code == 409  # it is under way
    case = Case.objects.get(definition="data_sharing")
    assert case.institution == county.archives and "云溪县教育局" in case.title
    assert moved(officer, case, "propose", opinion="同意") == 403
    assert moved(archivist, case, "propose", opinion="用途正当") == 200
    assert moved(archivist, case, "grant", until=until) == 403
    assert moved(client_of(county, "director"), case, "grant", until=until) == 200
    told = officer.get(api, {"q": "结婚"}).json()
    assert told["total"] == 2 and [r["title"] for r in told["rows"]] == list(TITLES[:2])
    assert set(told["rows"][0]) == {"reference_code", "title", "date"}
    page = officer.get(address).content.decode()
    assert TITLES[0] in page and TITLES[2] not in page
    file = b"".join(officer.get(address, {"format": "csv"}).streaming_content).decode()
    assert TITLES[1] in file and TITLES[2] not in file
    assert client_of(county, "officer").get(api).status_code == 403  # granted to one body only
    uses = list(SharingUse.objects.order_by("pk").values_list("channel", "body__code", "rows"))
    assert uses == [("api", "JY", 2), ("page", "JY", 2), ("file", "JY", 2)]
    assert LedgerEntry.objects.filter(event="data_use").count() == 3
    mine = client_of(county, "director").get(address).content.decode()
    assert "丙档案员" in mine and "3 次，6 条" in mine and "使用登记" not in page
    paper = officer.get(f"/api/v1/cases/{case.number}/papers/grant.pdf")
    assert paper.status_code == 200 and paper.content[:4] == b"%PDF"
    end = f"{address}grants/{SharingGrant.objects.get().pk}/end/"
    assert archivist.post(end, {"reason": "期满"}).status_code == 403
    assert client_of(county, "director").post(end, {"reason": "用途已了"}).status_code == 302
    assert officer.get(api).status_code == 403
    assert officer.post(f"{address}withdraw/", {"reason": "无权"}).status_code == 403
    director = client_of(county, "director")
    assert director.post(f"{address}withdraw/", {"reason": "目录重编"}).status_code == 302
    assert officer.get(address).status_code == 404
    assert shared.title not in officer.get("/sharing/").content.decode()
    assert SharingUse.objects.count() == 4  # what was used stays written, the holder's own look too


def test_a_free_set_holds_what_is_open_and_published_and_a_grant_ends_with_its_day(county: County):
    shared = offered(county, "open", "开放目录")
    officer = client_of(county, "other_officer")
    told = officer.get(f"/api/v1/sharing/{shared.number}/rows").json()
    assert [r["title"] for r in told["rows"]] == ["已开放的通知"] and told["next"] is None
    assert officer.get("/sharing/").content.decode().count("可以使用") >= 1
    asked = {"body": "JY", "purpose": "看", "until": "2099-01-01"}
    assert officer.post(f"/sharing/{shared.number}/ask/", asked).status_code >= 400
    closed = offered(county, "livelihood", "民生")
    grant = SharingGrant.objects.create(
        shared_set=closed, body=county.other_unit, case="SQ-1", granted_at=closed.offered_at,
        until=localdate() - timedelta(1),
    )  # fmt: skip
    assert officer.get(f"/api/v1/sharing/{closed.number}/rows").status_code == 403
    SharingGrant.objects.filter(pk=grant.pk).update(until=localdate())
    assert officer.get(f"/api/v1/sharing/{closed.number}/rows").json()["total"] == 2
    assert client_of(county, "sysadmin").get("/sharing/").status_code == 403
    assert client_of(county, "archivist").post("/sharing/new/", {}).status_code == 403


def test_the_chart_names_what_is_there():
    for kind in chart().kinds.values():
        assert kind.way in ("free", "approval") and kind.source in ("records", "register")
        assert set(kind.record_types) <= set(record_types().all())
        assert not kind.register or kind.register in register_definitions().all()
    assert not chart().verified
