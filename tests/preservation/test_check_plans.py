"""An archives changes its check plan in versions; the next check goes by it and says so."""

from __future__ import annotations

import pytest
from django.test import Client

from lantai.core.checks.plan import plans
from lantai.foundation.desks.adapting.models import Adaptation
from lantai.foundation.refusal import NotPermitted, Refusal
from lantai.preservation.check_plans.operations import adapt_plan
from lantai.preservation.check_plans.queries import adapting_for, plan_in_force
from lantai.preservation.ingesting.ingest import ingest_path
from tests.people import make_county

pytestmark = pytest.mark.django_db
PAGE = "/preservation/check-plans/plain/"


@pytest.fixture
def county(data_folder):
    return make_county()


def client_of(county, who):
    client = Client()
    client.force_login(county.people[who])
    return client


def ingest_empty(county, folder):
    folder.mkdir()
    (folder / "空.txt").write_bytes(b"")
    return ingest_path(county.act("archivist"), folder, holder=county.archives)


def test_the_next_check_goes_by_what_the_archives_saved(county, tmp_path):
    assert ingest_empty(county, tmp_path / "a")["verdict"] == "fail"
    client = client_of(county, "director")
    milder = {"2-7.transfer": "warning", "3-1.transfer": ""}
    page = client.post(PAGE, {**milder, "do": "preview"}).content.decode()
    assert "预览" in page and "内容数据完整性" in page and not Adaptation.objects.exists()
    answer = client.post(PAGE, {**milder, "do": "save", "reason": "空文件由人工判断"})
    assert answer.status_code == 302
    page = client.get(PAGE).content.decode()
    assert "2026.1+1" in page and "空文件由人工判断" in page and "不通过 → 警告" in page
    line = ingest_empty(county, tmp_path / "b")
    assert {f["severity"] for f in line["findings"] if f["code"] == "YJ-2-7"} == {"warning"}
    back = client.post(PAGE, {"do": "save", "reason": "恢复"})
    assert back.status_code == 302 and Adaptation.objects.count() == 2
    shipped = plans().get("plain")
    assert plan_in_force(shipped, county.archives) == shipped
    assert adapting_for(county.unit)(shipped) == shipped


def test_a_plan_that_could_fail_nothing_or_has_no_reason_is_refused(county):
    act, items = county.act("director"), plans().get("plain").items
    none = {item: {"transfer": "warning"} for item in items}
    with pytest.raises(Refusal):
        adapt_plan(act, plan="plain", holder=county.archives, changes=none)
    with pytest.raises(Refusal):
        adapt_plan(act, plan="plain", holder=county.archives, changes={"4-3": {"filing": ""}})
    with pytest.raises(NotPermitted):
        adapt_plan(county.act("archivist"), plan="plain", holder=county.archives, changes=none)


def test_archivists_read_plans_and_strangers_do_not(county):
    page = client_of(county, "archivist").get("/preservation/check-plans/").content.decode()
    assert all(plan.title_zh in page for plan in plans().all().values())
    assert "<select" not in client_of(county, "archivist").get(PAGE).content.decode()
    assert client_of(county, "archivist").post(PAGE, {"do": "preview"}).status_code == 403
    assert client_of(county, "clerk").get(PAGE).status_code == 403
