"""The pages of preservation: for archivists, and for nobody else."""

from __future__ import annotations

import pytest
from django.test import Client

from lantai.catalogue.records.models import Record
from lantai.preservation.fixity_audit.running import run_audit
from lantai.preservation.ingesting.ingest import ingest_path
from lantai.preservation.quarantine.models import QuarantinedFile
from lantai.preservation.recovery.operations import record_drill
from lantai.preservation.replication.models import PreservedObject
from lantai.preservation.replication.operations import freeze_object, register_store
from lantai.preservation.replication.replicating import replicate
from tests.people import make_county
from tests.preservation.test_depositing import deposit, make_items
from tests.resources.office import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(data_folder, tmp_path):
    county = make_county()
    deposit(county, make_items(tmp_path / "a", 3), creating_unit=county.unit)
    bad = tmp_path / "来料"
    bad.mkdir()
    (bad / "空.txt").write_bytes(b"")
    ingest_path(county.act("archivist"), bad, holder=county.archives)
    return county


def client_of(county, who):
    client = Client()
    client.force_login(county.people[who])
    return client


def test_an_archivist_sees_deposits_and_their_objects(county):
    client = client_of(county, "archivist")
    page = client.get("/preservation/").content.decode()
    assert "D2026-000001" in page or "-000001" in page
    number = page.split("/preservation/deposits/")[1].split("/")[0]
    page = client.get(f"/preservation/deposits/{number}/").content.decode()
    assert "关于第2号救济款发放的通知" in page
    assert "urn:lantai:YX:" in page


def test_the_three_truths_are_compared_by_clicking_and_the_page_tells_the_outcome(county):
    client = client_of(county, "archivist")
    assert "还没有对过账" in client.get("/preservation/").content.decode()
    client.post("/preservation/reconcile/")
    work()
    page = client.get("/preservation/").content.decode()
    assert page.count("成立") == 3 and "不成立" not in page
    Record.objects.filter(pk=Record.objects.order_by("pk").first().pk).update(object_id="urn:x")
    client.post("/preservation/reconcile/")
    work()
    page = client.get("/preservation/").content.decode()
    assert "不成立" in page and "record:" in page
    assert client_of(county, "officer").post("/preservation/reconcile/").status_code == 403


def test_other_archives_see_none_of_it(county):
    client = client_of(county, "other_archivist")
    assert "-000001" not in client.get("/preservation/").content.decode()
    assert client.get("/preservation/deposits/D2026-000001/").status_code == 404
    assert "空.txt" not in client.get("/preservation/quarantine/").content.decode()


@pytest.mark.parametrize("path", ["/preservation/", "/preservation/quarantine/"])
@pytest.mark.parametrize("who", ["officer", "clerk", "sysadmin", "supervisor"])
def test_others_are_refused(county, who, path):
    assert client_of(county, who).get(path).status_code == 403


def test_two_people_release_a_file_by_clicking(county):
    row = QuarantinedFile.objects.get(name="空.txt")
    first, second = client_of(county, "archivist"), client_of(county, "archivist2")
    assert "空.txt" in first.get("/preservation/quarantine/").content.decode()
    first.post(f"/preservation/quarantine/{row.pk}/ask/", {"reason": "误判"})
    assert "请另一位馆员批准" in first.get("/preservation/quarantine/").content.decode()
    second.post(f"/preservation/quarantine/{row.pk}/release/")
    row.refresh_from_db()
    assert row.state == "released"


def test_copies_policy_drill_and_formats_are_shown(county, tmp_path):
    register_store(county.act("director"), code="hill", name="后山库", url=str(tmp_path / "hill"),
                   place="后山")  # fmt: skip
    replicate(county.act("archivist"))
    run_audit(county.act("archivist"))
    figures = make_figures()
    record_drill(county.act("archivist"), figures=figures)
    client = client_of(county, "archivist")
    page = client.get("/preservation/").content.decode()
    assert "个符合" in page
    assert "RTO" in page
    page = client.get("/preservation/copies/").content.decode()
    assert "后山库" in page
    assert "42.0 秒" in page
    page = client.get("/preservation/census/").content.decode()
    assert "x-fmt/111" in page
    page = client.get("/preservation/census/x-fmt/111/").content.decode()
    assert "关于第2号救济款发放的通知" in page
    assert client.get("/preservation/census/fmt/9999/").status_code == 404


def make_figures():
    return {"source": "/b", "backup": "x", "ok": True, "objects": 3, "bytes": 99,
            "rpo_seconds": 3600.0, "rto_seconds": 42.0}  # fmt: skip


def test_the_director_names_stores_chooses_the_policy_and_thaws(county, tmp_path):
    client = client_of(county, "director")
    given = {"code": "far", "name": "异地库", "url": str(tmp_path / "far"), "place": "远", "threat": "",
             "medium": "disk"}  # fmt: skip
    assert client.post("/preservation/copies/stores/", given).status_code == 302
    assert client.post("/preservation/copies/policy/", {"policy": "ndsa-2"}).status_code == 302
    replicate(county.act("archivist"))
    row = PreservedObject.objects.first()
    freeze_object(county.act("archivist"), row=row, reason="试")
    page = client.get("/preservation/copies/").content.decode()
    assert row.object_id in page
    assert "份数不足（要求 3）：3 个对象" in page
    client.post(f"/preservation/copies/frozen/{row.pk}/thaw/", {"reason": "由光盘恢复"})
    row.refresh_from_db()
    assert row.frozen_at is None
    assert client.post("/preservation/copies/replicate/").status_code == 302
    assert client.post("/preservation/copies/stores/far/retire/").status_code == 302
    refused = client_of(county, "archivist").post(
        "/preservation/copies/policy/", {"policy": "single"}
    )
    assert refused.status_code == 403
