"""A title masked for publication 题名脱敏: nobody who reads as the public finds or reads the inner one."""

from __future__ import annotations

import pytest
from django.test import Client

from lantai.access.exporting.queries import rows_of
from lantai.access.opening.publishing import mask_title, publish, take_down
from lantai.access.search import index as search_index
from lantai.access.search.followers import bring_up_to_date
from lantai.access.search.without_index import records_without_index
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.operations import describe_record
from lantai.core.search.port import SearchQuery
from lantai.foundation.policy import Anonymous
from tests.access.opening.reviewing import OPEN, at_publication, county_with_due, items

pytestmark = pytest.mark.django_db
INNER, PUBLISHED = "某同志", "关于给予×××处分的决定"


@pytest.fixture
def masked(data_folder):
    county = county_with_due()
    case = at_publication(county, [OPEN, OPEN, OPEN])
    item = items(case)[2]
    assert INNER in item.record.title
    act = county.act("archivist")
    mask_title(act, case=case, item=item, public_title=PUBLISHED, version=item.version)
    publish(act, case=case, version=case.version)
    record = Record.objects.get(pk=item.record_id)
    describe_record(
        act,
        record=record,
        values={
            "creator": "民政局",
            "retention": "Y",
            "item_no": "3",
            "notes": "内部附注甲",
            "persons": "陈某某",
        },
        version=record.version,
    )
    bring_up_to_date()
    county.record = Record.objects.get(pk=record.pk)
    return county


def signed_in(county, who: str) -> Client:
    client = Client()
    if who != "nobody":
        client.force_login(county.people[who])
    return client


ADDRESSES = (
    "/", "/portal/search/?q={q}", "/portal/search/suggestions/?q={q}", "/portal/records/{uid}/",
    "/portal/opened/", "/portal/opened/{batch}/", "/union/?q={q}", "/union/{uid}/", "/requests/new/?record={uid}",
    "/api/v1/search?q={q}", "/api/v1/suggest?q={q}", "/api/v1/union?q={q}", "/api/v1/union/{uid}",
    "/search/?q={q}", "/records/{uid}/", "/records/{uid}/?tab=history", "/records/{uid}/?tab=life", "/duplicates/",
)  # fmt: skip


@pytest.mark.parametrize("who", ["nobody", "other_officer", "other_archivist"])
def test_no_page_tells_the_inner_title_or_what_is_kept_back(masked, who):
    client, record = signed_in(masked, who), masked.record
    told, found = [], 0
    for address in ADDRESSES:
        for question in (INNER, "处分的决定", "陈某某"):
            path = address.format(q=question, uid=record.uid, batch=record.publication)
            answer = client.get(path, follow=True)
            body = answer.content.decode().replace(f'value="{question}"', "")
            hits = [word for word in (f"给予{INNER}", "内部附注甲") if word in body]
            told += [(path, word) for word in hits]
            found += PUBLISHED in body
    assert not told
    assert found >= 6  # the published title is there to be read


@pytest.mark.parametrize("question", [INNER, "某同志处分"])
def test_the_inner_title_is_not_guessed_by_searching(masked, question):
    for who in ("nobody", "other_officer"):
        body = signed_in(masked, who).get("/api/v1/search", {"q": question}).json()
        assert str(masked.record.uid) not in {row["id"] for row in body["results"]}, body["near"]
    asked = SearchQuery(text=question, viewer_tokens=frozenset({"public"}))
    rows, _more, _took = records_without_index(Anonymous(), asked)
    assert masked.record not in rows
    found, _more, _took = records_without_index(
        Anonymous(), SearchQuery(text="×××处分", viewer_tokens=frozenset({"public"}))
    )
    assert masked.record in found


def test_an_export_by_another_body_has_what_the_public_reads(masked):
    rows = {row["source_id"]: row for row in rows_of(masked.people["other_officer"])}
    mine = rows[masked.record.source_id] if masked.record.source_id else rows[""]
    assert PUBLISHED in {row["title"] for row in rows.values()} and INNER not in str(rows)
    assert "内部附注甲" not in str(rows) and "陈某某" not in str(rows) and mine


def test_its_own_keepers_read_the_inner_title(masked):
    page = signed_in(masked, "archivist").get(f"/records/{masked.record.uid}/").content.decode()
    assert INNER in page and "内部附注甲" in page
    assert INNER in str(list(rows_of(masked.people["archivist"])))


def test_what_is_taken_down_has_its_own_title_again(masked):
    take_down(masked.act("archivist"), record=masked.record, reason="误开")
    bring_up_to_date()
    record = Record.objects.get(pk=masked.record.pk)
    assert (record.public_title, record.open_title) == ("", record.title)
    body = signed_in(masked, "archivist").get("/api/v1/search", {"q": INNER}).json()
    assert [row["title"] for row in body["results"]] == [record.title]
    assert search_index.index() is not None
