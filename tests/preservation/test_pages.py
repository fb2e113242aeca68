"""The pages of preservation: for archivists, and for nobody else."""

from __future__ import annotations

import pytest
from django.test import Client

from lantai.preservation.ingesting.ingest import ingest_path
from lantai.preservation.quarantine.models import QuarantinedFile
from tests.people import make_county
from tests.preservation.test_depositing import deposit, make_items

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
