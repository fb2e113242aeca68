"""The portal: what is open is found, shown, counted; what is closed is nowhere."""

from __future__ import annotations

import re
import uuid

import pytest
from django.core.cache import cache

from lantai.catalogue.records.models import Record
from tests.access.offices import make_county, make_open

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


def test_the_first_page_of_an_empty_archives_says_what_one_can_do(data_folder, client):
    make_county()
    page = client.get("/").content.decode()
    assert "还没有公布的档案" in page
    assert "查档申请" in page


def test_the_first_page_counts_and_lists_only_what_is_open(data_folder, client):
    county = make_county()
    make_open(county)
    make_open(county, status="closed", code="J012-WS·1979-Y-RS-0001", title="不公开的处分决定")
    page = client.get("/").content.decode()
    assert "第 2026-01 批开放档案" in page
    assert "处分决定" not in page
    assert "1970s" in page


def test_an_open_record_shows_its_description_code_and_citation(data_folder, client):
    county = make_county()
    record = make_open(county)
    page = client.get(f"/portal/records/{record.uid}/").content.decode()
    for words in (
        record.title,
        record.reference_code,
        "怎样引用",
        "申请利用或出证",
        "云溪县民政局",
    ):
        assert words in page
    assert f"/portal/request/?record={record.uid}" in page


def test_a_closed_record_and_none_are_told_in_the_same_words(data_folder, client):
    county = make_county()
    closed = make_open(county, status="closed")
    secret = make_open(county, code="J012-WS·1979-Y-RS-0009", secrecy="秘密")
    unpublished = make_open(county, code="J012-WS·1979-Y-RS-0010")
    Record.objects.filter(pk=unpublished.pk).update(publication="")
    none = uuid.uuid4()
    answers = []
    for uid in (closed.uid, secret.uid, unpublished.uid, none):
        answer = client.get(f"/portal/records/{uid}/")
        page = re.sub(r'(value|content)="[^"]*"', "", answer.content.decode())  # tokens
        answers.append((answer.status_code, page.replace(str(uid), "")))
    assert answers[0][0] == 404
    assert len(set(answers)) == 1
    form = client.get(f"/portal/request/?record={closed.uid}").content.decode()
    assert closed.title not in form


def test_the_catalogue_of_a_publication_lists_its_open_records(data_folder, client):
    county = make_county()
    record = make_open(county)
    assert "2026-01" in client.get("/portal/opened/").content.decode()
    assert record.title in client.get("/portal/opened/2026-01/").content.decode()
    assert client.get("/portal/opened/none/").status_code == 404
    Record.objects.filter(pk=record.pk).update(access_status="closed")
    page = client.get("/portal/opened/2026-01/").content.decode()
    assert record.title not in page and "现在没有开放的" in page


def test_search_and_suggestions_answer_strange_questions(data_folder, client):
    make_county()
    for path in ("/portal/search/", "/portal/search/?q=民政", "/portal/search/?q=%00%22*(",
                 "/portal/search/suggestions/?q=民", "/portal/search/?year=abc&after=zzz"):  # fmt: skip
        assert client.get(path).status_code in (200, 400)


def test_the_portal_speaks_english(data_folder, client):
    make_county()
    client.cookies["lantai_language"] = "en"
    for path in ("/", "/portal/request/", "/portal/status/", "/verify/", "/portal/opened/"):
        page = client.get(path).content.decode()
        assert 'lang="en"' in page
        assert "查档申请" not in page
