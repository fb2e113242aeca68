"""A process beside an import indexes what comes, in one commit, and stops when the import is over."""

from __future__ import annotations

import gc
import threading

import pytest
from django.conf import settings

from lantai.access.search import following_beside
from lantai.access.search.followers import IndexFollower
from lantai.access.search.following_beside import Coming
from lantai.access.search.index import index
from lantai.catalogue.records.bulk import enter_columns
from lantai.core.collecting import seldom_collected
from lantai.engines.search import open_search
from lantai.foundation.changes.following import follow_coming, follow_with
from lantai.foundation.changes.models import Change, FollowerCursor
from tests.catalogue.columns import columns_of
from tests.people import make_county

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(data_folder):
    return make_county()


def enter(county, first, count=120):
    given = [{"title": f"第{n}号报告", "_source_id": f"s{n}"} for n in range(first, first + count)]
    enter_columns(county.act("archivist"), fonds=county.fonds, records=columns_of(given))


def follow(coming):
    follower = IndexFollower()
    return follow_coming(follower.id, coming, follower.follow_parts)


def ended():
    over = threading.Event()
    over.set()
    return over


def test_all_that_came_is_in_one_commit_and_the_cursor_stands_at_its_end(county, monkeypatch):
    enter(county, 0)
    enter(county, 120)
    commits = []
    real = type(index()).commit
    monkeypatch.setattr(type(index()), "commit", lambda self: commits.append(1) or real(self))
    monkeypatch.setattr(following_beside, "PART", 100)  # parts cut the batches anywhere
    last = Change.objects.latest("number").number
    assert follow(Coming(ended())) >= 240
    index().close()
    assert index().count() == 240
    assert len(commits) == 1
    assert FollowerCursor.objects.get(pk="index").number == last
    assert follow(Coming(ended())) == 0


def test_rows_entered_while_it_reads_are_waited_for(county, monkeypatch):
    enter(county, 0)
    over = threading.Event()
    coming = Coming(over)
    waits = []

    def meanwhile(_seconds):
        waits.append(1)
        if len(waits) == 1:
            enter(county, 120)
        else:
            over.set()

    monkeypatch.setattr(following_beside.time, "sleep", meanwhile)
    monkeypatch.setattr(coming, "is_over", over.is_set)  # this process has no parent to ask
    follow(coming)
    index().close()
    assert index().count() == 240


def test_a_failure_leaves_the_cursor_and_the_rows_are_read_again(county, monkeypatch):
    enter(county, 0)
    before = FollowerCursor.objects.filter(pk="index").values_list("number", flat=True).first()
    real = type(index()).commit

    def refused(_self):
        raise OSError("disk full")

    monkeypatch.setattr(type(index()), "commit", refused)
    assert follow(Coming(ended())) == 0
    assert FollowerCursor.objects.get(pk="index").number == (before or 0)
    monkeypatch.setattr(type(index()), "commit", real)
    assert follow(Coming(ended())) >= 120
    index().close()
    assert index().count() == 120


def test_a_follower_that_has_read_lets_others_write(county):
    enter(county, 0)
    assert follow_with(IndexFollower(), 1_000)
    other = open_search(settings.LANTAI.index_url)
    other.delete(["no such record"])  # refused while another holds the writer
    other.close()


def test_circles_are_looked_for_as_before_when_the_bulk_work_is_done():
    before = gc.get_threshold()
    with pytest.raises(ValueError), seldom_collected():
        assert gc.get_threshold()[0] > before[0]
        raise ValueError
    assert gc.get_threshold() == before
