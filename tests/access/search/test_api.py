"""The API answers like the command, and hostile parameters get problem documents."""

from __future__ import annotations

import pytest

from tests.access.search.holdings import SECRET_WORDS, make_holdings
from tests.people import make_county

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(data_folder):
    county = make_county()
    make_holdings(county)
    return county


def test_the_api_answers_as_the_caller_and_closed_is_closed(client, county):
    seen = client.get("/api/v1/search", {"q": "通知", "facet": ["fonds"]}).json()
    assert seen["total"] == 1 and seen["facets"]["fonds"] == [{"value": "J012", "count": 1}]
    for text in (SECRET_WORDS, "低保"):
        hidden = client.get("/api/v1/search", {"q": text, "facet": ["fonds", "year"]}).json()
        assert hidden["total"] == 0 and hidden["results"] == []
        assert hidden["facets"] == {"fonds": [], "year": []}
    assert client.get("/api/v1/suggest", {"q": "关于低保"}).json() == {"suggestions": []}
    client.force_login(county.people["archivist"])
    assert client.get("/api/v1/search", {"q": SECRET_WORDS}).json()["total"] == 1
    only = client.get("/api/v1/search", {"filter.access_status": "open"}).json()
    assert [row["title"] for row in only["results"]] == ["关于救灾款发放的通知"]
    bad = {
        "limit": ["ten", "-1", "100000"],
        "after": ["zzz", "AAAA", "x" * 5_000],
        "q": ["y" * 100_000],
        "facet": ["tokens"],
        "sort": ["'; --"],
        "filter.tokens": ["public"],
        "year_from": ["minus", "-4"],
    }
    for name, values in bad.items():
        for value in values:
            answer = client.get("/api/v1/search", {"q": "a", name: value})
            assert answer.status_code in {400, 422}, (name, value[:20])
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["status"] == answer.status_code
            assert answer.json()["detail"]


def test_the_api_describes_itself(client, db):
    described = client.get("/api/v1/openapi.json").json()
    assert "/api/v1/search" in described["paths"]
    missing = client.get("/api/v1/nothing-here")
    assert missing.status_code == 404
    assert missing["Content-Type"] == "application/problem+json"
