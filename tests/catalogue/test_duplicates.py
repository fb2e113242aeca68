"""Looking for duplicates as a job, and judging them on the page."""

import pytest

from lantai.catalogue.duplicates.models import DuplicatePair
from lantai.catalogue.records.operations import enter_records
from lantai.foundation.jobs.queue import claim
from lantai.foundation.jobs.worker import run_job
from lantai.foundation.ledger.models import LedgerEntry
from tests.people import make_county

pytestmark = pytest.mark.django_db
TITLE = {"title": "关于做好防汛抗旱工作的通知", "date": "1998-06-01"}


@pytest.fixture
def county(data_folder):
    return make_county()


def test_pairs_are_found_shown_and_judged_once(county, client):
    enter_records(
        county.act("archivist"),
        fonds=county.fonds,
        descriptions=[TITLE, dict(TITLE), {"title": "另一件"}],
    )
    client.force_login(county.people["archivist"])
    assert client.get("/duplicates/").status_code == 200
    where = f"{county.fonds.holder.code}/{county.fonds.code}"
    for _ in range(2):
        assert client.post("/duplicates/look/", {"fonds": where}).status_code == 302
        run_job(claim("test"))
    pair = DuplicatePair.objects.get()
    page = client.get("/duplicates/").content.decode()
    assert page.count("关于做好防汛抗旱工作的通知") == 2 and "云溪县档案馆 YX" in page
    assert client.post(f"/duplicates/{pair.pk}/judge/", {"verdict": "x"}).status_code >= 400
    client.post(f"/duplicates/{pair.pk}/judge/", {"verdict": "different"})
    pair.refresh_from_db()
    assert pair.verdict == "different" and pair.judged_by
    assert "关于做好防汛抗旱工作的通知" not in client.get("/duplicates/").content.decode()
    judged = client.get("/duplicates/?verdict=different&between=fonds").content.decode()
    assert "关于做好防汛抗旱工作的通知" in judged
    assert LedgerEntry.objects.filter(event="duplicate_judged", outcome="success").exists()


def test_another_archives_people_see_no_pair_and_may_not_judge(county, client):
    enter_records(county.act("archivist"), fonds=county.fonds, descriptions=[TITLE, dict(TITLE)])
    client.force_login(county.people["clerk"])
    assert TITLE["title"] not in client.get("/duplicates/").content.decode()
    assert client.post("/duplicates/look/", {"fonds": "x/y"}).status_code == 404
    assert client.post("/duplicates/1/judge/", {"verdict": "same"}).status_code == 404
