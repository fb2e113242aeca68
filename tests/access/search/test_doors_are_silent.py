"""What is closed changes no answer to a stranger, by whatever door and however nearly it is asked."""

import json
import re

import pytest
from django.urls import reverse

from lantai.access.search.followers import bring_up_to_date
from lantai.catalogue.records.operations import enter_records
from tests.access.search.holdings import described, publish
from tests.people import make_county

pytestmark = pytest.mark.django_db

QUESTIONS = [
    "马淑琴", "马淑勤", "msq",  # a person of the closed record alone
    "请问鸬鹚湾疏浚在哪里", "“鸬鹚湾，疏浚”", "鸬鹚弯疏浚",
    "关于救灾款发放的通知", "救灾款 1998..1999", "J012-WS.1998*", "-鸬鹚",
]  # fmt: skip
ON_PAGES = QUESTIONS[1], QUESTIONS[6]  # pages take longer, and show the same answer
MAIN = re.compile(r"<main.*</main>", re.DOTALL)
MOVING = re.compile(r"csrfmiddlewaretoken[^>]*|\d+(\.\d+)? ?(ms|毫秒)")


def answers(client):
    """All that a stranger is told, of every question, at every door of search."""
    told = {}
    for text in QUESTIONS:
        facets = ["fonds", "year", "record_class", "level", "holder", "access_status"]
        asked = {"q": text, "facet": facets, "explain": "1"}
        document = json.loads(client.get("/api/v1/search", asked).content)
        document.pop("took_ms")
        told["api", text] = document
        for name in ("portal:search", "union:search", "portal:suggest"):
            if text in ON_PAGES:
                page = client.get(reverse(name), {"q": text})
                content = page.content.decode()
                shown = MAIN.search(content)
                told[name, text] = (
                    page.status_code,
                    MOVING.sub("", shown[0] if shown else content),
                )
    return told


def test_closed_records_change_no_answer_to_a_stranger(data_folder, client):
    county = make_county()
    opened = enter_records(
        county.act("archivist"),
        fonds=county.fonds,
        descriptions=[described(1, "关于救灾款发放的通知", _texts=["清水河两岸受灾群众"])],
    )
    publish(county, opened[0])
    bring_up_to_date()
    before = answers(client)
    assert any(d["total"] for (door, _), d in before.items() if door == "api")
    enter_records(
        county.act("archivist"),
        fonds=county.fonds,
        descriptions=[
            described(2, "关于救灾款发放的通知", _texts=["第二份"]),  # the very same title
            described(3, "鸬鹚湾疏浚名册", persons="马淑琴", creator="马淑琴"),
        ],
    )
    bring_up_to_date()
    after = answers(client)
    for place, told in before.items():
        assert after[place] == told, place
