"""The union catalogue: one entry with its holders, as far as each viewer may see."""

import pytest

from lantai.access.search.followers import bring_up_to_date
from lantai.catalogue.duplicates.finding import find_pairs
from lantai.catalogue.duplicates.groups import groups_of
from lantai.catalogue.duplicates.models import DuplicatePair
from lantai.catalogue.duplicates.operations import enter_union_pairs, judge_pair
from lantai.catalogue.fonds.operations import register_fonds
from lantai.catalogue.records.operations import enter_records
from lantai.foundation.jobs.queue import claim
from lantai.foundation.jobs.worker import run_job
from lantai.foundation.policy import Anonymous, Operator
from lantai.foundation.refusal import NotFound, NotPermitted
from lantai.foundation.work import Act
from tests.access.search.holdings import publish
from tests.people import make_county

pytestmark = pytest.mark.django_db
TITLE = "关于兴修清水河水利工程的通知"


@pytest.fixture
def county(data_folder):
    return make_county()


@pytest.fixture
def held(county):
    """The same notice at two archives, open; closed at the second under another code; its annex."""
    other = register_fonds(
        county.act("other_archivist"),
        holder=county.other_archives,
        code="Q001",
        name="清江市水利局",
    )
    same = {"title": TITLE, "doc_no": "水字〔1957〕3号", "date": "1957-03-14"}
    mine, part = enter_records(
        county.act("archivist"), fonds=county.fonds,
        descriptions=[{**same, "reference_code": "J012-WS·1957-0001"},
                      {"title": f"{TITLE}附图", "reference_code": "J012-WS·1957-0002"}],
    )  # fmt: skip
    theirs, closed = enter_records(
        county.act("other_archivist"), fonds=other,
        descriptions=[{**same, "title": f"《{TITLE}》", "reference_code": "Q001-WS·1957-0007"},
                      {**same, "reference_code": "Q001-WS·1957-0008"}],
    )  # fmt: skip
    for row in (mine, part):
        publish(county, row)
    theirs.access_status, theirs.publication = "open", "2026-1"
    theirs.save()
    bring_up_to_date()
    find_pairs(Act(by=Operator(), channel="cli"), fonds=None, name="test")
    return {"mine": mine, "theirs": theirs, "closed": closed, "part": part}


def entries(client, text=TITLE):
    return client.get("/api/v1/union", {"q": text}).json()["entries"]


def codes(entry):
    return [(holder["holder"], holder["reference_code"]) for holder in entry["holders"]]


def test_one_entry_names_its_holders_and_what_is_closed_is_not_there(county, held, client):
    assert DuplicatePair.objects.count() == 4
    public = [entry for entry in entries(client) if len(entry["holders"]) > 1]
    assert [codes(entry) for entry in public] == [
        [("QJ", "Q001-WS·1957-0007"), ("YX", "J012-WS·1957-0001")]
    ]
    assert public[0]["certain"] is False
    page = client.get("/union/", {"q": TITLE}).content.decode()
    assert "疑似同一件" in page and "Q001-WS·1957-0007" in page and "-0008" not in page
    entry = client.get(f"/union/{held['mine'].uid}/").content.decode()
    assert "清江市档案馆" in entry and "-0008" not in entry
    assert client.get(f"/union/{held['closed'].uid}/").status_code == 404
    client.force_login(county.people["other_archivist"])
    assert max(len(entry["holders"]) for entry in entries(client)) == 3


def test_a_closed_record_does_not_hold_a_group_together(county, held):
    """Two open records joined only through a closed one are two for those who do not see it."""
    mine, theirs = held["mine"], held["theirs"]
    DuplicatePair.objects.filter(first=mine, second=theirs).delete()
    assert len(groups_of(Anonymous(), [mine])[mine.pk].members) == 1
    seen = groups_of(county.people["other_archivist"], [mine])[mine.pk]
    assert len(seen.members) == 3


def test_judgements_are_kept_and_not_asked_again(county, held, client):
    mine, theirs = held["mine"], held["theirs"]
    pair = DuplicatePair.objects.get(first=mine, second=theirs)
    client.force_login(county.people["archivist"])
    assert "Q001-WS·1957-0007" in client.get("/duplicates/?between=archives").content.decode()
    client.post(f"/duplicates/{pair.pk}/judge/", {"verdict": "same"})
    assert entries(client)[0]["certain"] is True
    client.post("/duplicates/look/", {"fonds": "*"})
    job = claim("test")
    run_job(job)
    job.refresh_from_db()
    assert job.result == {"records": 3, "pairs": 2, "entered": 0, "most": False}  # what he may see
    pair.refresh_from_db()
    assert pair.verdict == "same"
    client.post(f"/duplicates/{pair.pk}/judge/", {"verdict": "different"})
    assert all(len(entry["holders"]) == 1 for entry in entries(client))
    unseen = DuplicatePair.objects.get(first=theirs, second=held["closed"])
    assert client.post(f"/duplicates/{unseen.pk}/judge/", {"verdict": "same"}).status_code == 404
    with pytest.raises(NotPermitted):
        enter_union_pairs(county.act("clerk"), pairs=[])
    with pytest.raises(NotFound):
        judge_pair(Act(by=county.people["archivist"]), verdict="same",
                   pair=DuplicatePair.objects.get(first=mine, second=held["closed"]))  # fmt: skip


def test_what_was_judged_different_is_never_in_one_group(county, held):
    mine, theirs, closed = held["mine"], held["theirs"], held["closed"]
    act = county.act("other_archivist")
    judge_pair(act, pair=DuplicatePair.objects.get(first=mine, second=theirs), verdict="different")
    group = groups_of(Operator(), [mine, theirs, closed])
    assert {mine.pk, theirs.pk} - {row.pk for row in group[mine.pk].members} == {theirs.pk}


def test_a_part_is_shown_with_its_whole(county, held, client):
    mine, part = held["mine"], held["part"]
    pair = DuplicatePair.objects.get(first=mine, second=part, kind="near")
    judge_pair(county.act("archivist"), pair=pair, verdict="in_first")
    assert client.get(f"/api/v1/union/{mine.uid}").json()["parts"] == [str(part.uid)]
    assert client.get(f"/api/v1/union/{part.uid}").json()["part_of"] == [str(mine.uid)]
    assert "其中的部分" in client.get(f"/union/{mine.uid}/").content.decode()
