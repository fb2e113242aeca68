"""A page by key: forward, back, first, strange addresses, and rows that come meanwhile."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.utils.timezone import now

from lantai.foundation.jobs.models import Job
from lantai.foundation.paging import a_code, page_by_key

pytestmark = pytest.mark.django_db


def _job(number: int) -> Job:
    return Job(task="paging", title=f"第 {number} 个", run_after=now(), created_at=now())


@pytest.fixture
def rows():
    Job.objects.bulk_create(_job(n) for n in range(25))
    return Job.objects.filter(task="paging")


def asked(address: str) -> QueryDict:
    return QueryDict(address.lstrip("?"))


@pytest.mark.parametrize("key", ["pk", "-pk"])
def test_forward_to_the_end_and_back_to_the_first(rows, key):
    order = list(rows.order_by(key).values_list("pk", flat=True))
    pages, address = [], "?state=done"
    while address:
        page = page_by_key(rows, asked(address), key=key, size=10)
        pages.append([row.pk for row in page.rows])
        last, address = page, (page.pager or {})["next"]
    assert pages == [order[:10], order[10:20], order[20:]] and last.total == 25
    assert "state=done" in last.pager["first"] and "after" not in last.pager["first"]
    back = []
    while last.pager["previous"]:
        last = page_by_key(rows, asked(last.pager["previous"]), key=key, size=10)
        back.append([row.pk for row in last.rows])
    assert back == [order[10:20], order[:10]]


def test_a_list_of_one_page_has_no_pager(rows):
    assert page_by_key(rows, asked(""), size=25).pager is None
    assert page_by_key(rows.none(), asked(""), size=25).pager is None


@pytest.mark.parametrize("value", ["x", "-1", "９", "1" * 40, "1;--", ""])
def test_strange_places_show_the_first_page(rows, value):
    given = QueryDict(mutable=True)
    given["after"] = value
    page = page_by_key(rows, given, size=10)
    assert page.rows[0].pk == rows.order_by("-pk").first().pk


def test_a_row_that_comes_meanwhile_moves_no_page(rows):
    first = page_by_key(rows, asked(""), size=10)
    _job(25).save()
    second = page_by_key(rows, asked(first.pager["next"]), size=10)
    assert second.rows[0].pk == first.rows[-1].pk - 1


def test_a_place_beyond_the_last_row_leads_back_to_the_first_page(rows):
    page = page_by_key(rows, asked("after=0"), size=10)
    assert page.rows == [] and page.pager["first"] == "?" and not page.pager["next"]


def test_a_key_may_be_a_text(rows):
    for n, job in enumerate(rows):
        job.title = f"档\u3000{n:02}&"
        job.save()
    order, seen, address = [f"档\u3000{n:02}&" for n in range(25)], [], "?"
    while address:
        page = page_by_key(rows, asked(address), key="title", size=10, read=a_code)
        seen += [row.title for row in page.rows]
        last, address = page, (page.pager or {})["next"]
    assert seen == order
    before = page_by_key(rows, asked(last.pager["previous"]), key="title", size=10, read=a_code)
    assert [row.title for row in before.rows] == order[10:20]
    for value in ("\0", "\ud800", "x" * 201, ""):
        strange = QueryDict(mutable=True)
        strange["after"] = value
        first = page_by_key(rows, strange, key="title", size=10, read=a_code)
        assert [row.title for row in first.rows] == order[:10]
