"""A person keeps a search, runs it, and is told of what is new in it: as that person sees."""

import pytest

from lantai.access.search.followers import bring_up_to_date
from lantai.access.search.models import SavedSearch
from lantai.access.search.saving import (
    change_saved_search,
    delete_saved_search,
    look_at_saved_search,
    save_search,
    tell_of_new_records,
)
from lantai.access.search.tasks import TELL
from lantai.catalogue.records.operations import enter_records
from lantai.foundation.inbox.queries import waiting_for
from lantai.foundation.jobs.queue import claim, enqueue
from lantai.foundation.jobs.worker import run_job
from lantai.foundation.policy import Anonymous
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act
from tests.access.search.holdings import described, make_holdings, publish
from tests.people import make_county

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(data_folder):
    county = make_county()
    make_holdings(county)
    return county


def tell_round():
    bring_up_to_date()
    enqueue(TELL, title="x")
    run_job(claim("test"))


def waiting(person):
    return [item.title for item in waiting_for(person) if item.kind == "saved_search"]


def test_a_search_is_saved_seen_beside_the_box_run_renamed_and_deleted(county, client):
    client.force_login(county.people["archivist"])
    address = client.get("/search/", {"q": "救灾", "fonds": "J012"}).context["export_query"]
    assert client.post("/search/saved/", {"name": "救灾", "address": address}).status_code == 302
    row = SavedSearch.objects.get()
    assert "救灾" in client.get("/search/").content.decode()
    run = client.get(f"/search/saved/{row.pk}/", follow=True)
    assert run.context["answer"].total == 1 and run.context["question"].filters
    for wrong in ({"name": "", "address": address}, {"name": "救灾", "address": address},
                  {"name": "空", "address": "?"}):  # fmt: skip
        assert client.post("/search/saved/", wrong).status_code >= 400
    client.post(f"/search/saved/{row.pk}/change/", {"name": "防灾", "tell": "on"})
    row.refresh_from_db()
    assert (row.name, row.tell) == ("防灾", True)
    shown = client.get("/search/saved/").content.decode()
    assert "防灾" in shown and "救灾；全宗：J012" in shown
    client.force_login(county.people["director"])
    for method, path in ((client.get, ""), (client.post, "change/")):
        assert method(f"/search/saved/{row.pk}/{path}", {"do": "delete"}).status_code == 404
    with pytest.raises(Refusal):
        tell_of_new_records(county.act("director"), saved=row, found=1)
    client.force_login(county.people["archivist"])
    client.post(f"/search/saved/{row.pk}/change/", {"do": "delete"})
    assert not SavedSearch.objects.exists()
    with pytest.raises(Refusal):
        save_search(Act(by=Anonymous()), name="公众", address="q=救灾")


@pytest.mark.parametrize(
    ("verb", "more"),
    [(change_saved_search, {"name": "我的", "tell": True}), (delete_saved_search, {}),
     (look_at_saved_search, {})],
    ids=["change", "delete", "look"],
)  # fmt: skip
def test_nobody_touches_a_search_of_another_person(county, verb, more):
    own = save_search(county.act("archivist"), name="救灾", address="q=救灾")
    with pytest.raises(Refusal):
        verb(county.act("director"), saved=own, **more)
    own.refresh_from_db()
    assert (own.name, own.tell) == ("救灾", False)


def test_new_records_are_told_of_once_and_only_to_who_may_see_them(county, client):
    people = county.people
    for who in ("archivist", "sysadmin", "other_officer"):
        save_search(Act(by=people[who]), name="救灾", address="q=救灾", tell=True)
    tell_round()
    assert not waiting(people["archivist"])  # what was there before is not new
    row = enter_records(
        county.act("archivist"),
        fonds=county.fonds,
        descriptions=[described(11, "关于救灾粮调运的通知"), described(12, "关于植树的通知")],
    )[0]
    tell_round()
    assert waiting(people["archivist"]) == ["保存的检索“救灾”有新档案（1 件）"]
    assert not waiting(people["sysadmin"]) and not waiting(people["other_officer"])
    client.force_login(people["archivist"])
    client.get(f"/search/saved/{SavedSearch.objects.get(person=people['archivist']).pk}/")
    tell_round()
    assert not waiting(people["archivist"])  # seen, and not told again
    row.published_at = county.act("archivist").at
    publish(county, row)
    tell_round()
    assert waiting(people["other_officer"]) == ["保存的检索“救灾”有新档案（1 件）"]
