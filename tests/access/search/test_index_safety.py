"""FAULTS 64 and 66: no edit is missed by a live rebuild; a lost index says so and mends itself."""

from __future__ import annotations

import shutil

import pytest

from lantai.access.search.followers import IndexFollower, bring_up_to_date
from lantai.access.search.health import REBUILD, index_fault
from lantai.access.search.index import index
from lantai.access.search.operations import rebuild_index
from lantai.access.search.queries import SearchDown, search
from lantai.catalogue.records.operations import describe_record
from lantai.engines.search.tantivy.files import IndexFolder
from lantai.foundation.changes.following import Follower, follow_again, follow_with
from lantai.foundation.changes.models import Change, FollowerCursor
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.queue import claim
from lantai.foundation.jobs.worker import run_job
from lantai.foundation.policy import Anonymous, Operator
from lantai.foundation.site.examinations import examine
from lantai.foundation.work import Act
from tests.access.search.holdings import SECRET_WORDS, make_holdings
from tests.people import make_county

pytestmark = pytest.mark.django_db
OPERATOR = Act(by=Operator(), channel="cli")


def total(text, actor=None):
    return search(actor or Operator(), text=text).total


def test_an_edit_just_before_the_switch_is_not_missed(data_folder, monkeypatch):
    county = make_county()
    row = make_holdings(county)["closed"]
    real = IndexFolder.switch

    def edited_first(folder, generation):
        describe_record(
            county.act("archivist"), record=row, values={"title": "临切换改的题名"}, version=1
        )
        bring_up_to_date()  # the follower puts it into the index about to be replaced
        assert total("临切换改的题名") == 1
        real(folder, generation)

    monkeypatch.setattr(IndexFolder, "switch", edited_first)
    rebuild_index(OPERATOR)
    monkeypatch.setattr(IndexFolder, "switch", real)
    bring_up_to_date()
    assert total("临切换改的题名") == 1
    assert total("低保对象") == 0


def test_a_follower_sent_back_while_it_reads_does_not_step_over(data_folder):
    make_holdings(make_county())
    last = Change.objects.latest("number").number
    FollowerCursor.objects.filter(pk="index").update(number=last - 2)

    class SentBack(Follower):
        id = "index"

        def follow(self, changes):
            IndexFollower().follow(changes)
            follow_again("index", after=last - 2)  # a rebuild switches just now

    assert follow_with(SentBack()) == 2
    assert FollowerCursor.objects.get(pk="index").number == last - 2
    bring_up_to_date()
    assert FollowerCursor.objects.get(pk="index").number == last


@pytest.mark.parametrize("harm", ["folder", "segments"])
def test_a_destroyed_index_is_said_answered_without_and_rebuilt_by_itself(
    data_folder, client, harm
):
    county = make_county()
    row = make_holdings(county)["closed"]
    assert index_fault() is None
    index().close()
    place = data_folder / "index"
    if harm == "folder":
        shutil.rmtree(place)
    else:
        for path in place.glob("generation-*/*.store"):
            path.unlink()
    codes = {f["code"] for f in examine() if f["severity"] == "error"}
    assert "index-unusable" in codes
    answer = search(Anonymous(), text="救灾款")  # the catalogue answers in its place
    assert answer.without_index and [f.record.title for f in answer.results] == [
        "关于救灾款发放的通知"
    ]
    assert search(Anonymous(), text="低保").total == 0
    assert total("水利 工程", county.people["archivist"]) == 1
    with pytest.raises(SearchDown):
        search(Operator(), text="救灾 -通知")
    client.force_login(county.people["archivist"])
    page = client.get("/search/", {"q": "低保"})
    assert page.status_code == 200 and "没有全文" in page.content.decode()
    # changes come meanwhile; no new index with these alone may take the place of the whole
    describe_record(
        county.act("archivist"), record=row, values={"title": "关于敬老院的请示"}, version=1
    )
    bring_up_to_date()
    assert search(Operator(), text="敬老院").without_index
    job = claim("test")
    assert job is not None and job.task == REBUILD
    run_job(job)
    bring_up_to_date()
    assert index_fault() is None
    assert not search(Operator(), text="敬老院").without_index
    assert [total(text) for text in ("敬老院", "低保对象", SECRET_WORDS, "")] == [1, 0, 1, 4]
    assert Job.objects.filter(task=REBUILD).count() == 1
