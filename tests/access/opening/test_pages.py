"""The pages of opening review: opening one is the proof; outsiders read no internal opinion."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.timezone import localdate

from lantai.access.opening import views
from lantai.access.opening.deciding import Verdict
from lantai.access.opening.due_rules import default_next_review
from lantai.access.opening.models import ReadingProof
from lantai.access.opening.operations import opine_rest
from lantai.access.opening.reading import has_opened
from tests.access.opening.reviewing import (
    CONTROLLED,
    DELAYED,
    OPEN,
    at_first_review,
    at_publication,
    county_with_due,
    first,
    items,
    move,
    second,
)
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
SECRET_WORDS = "内部意见：拟请慎重"


def test_opening_the_page_of_an_item_is_what_proves_that_it_was_read(data_folder, client):
    county = county_with_due()
    case = at_first_review(county)
    item = items(case)[0]
    client.login(username="archivist", password=PASSWORD)
    listed = client.get(f"/opening/reviews/{case.number}/")
    assert item.record.title in listed.content.decode()
    assert not has_opened(item, county.people["archivist"])
    data = {"version": item.version, "conclusion": "open", "opinion": "可"}
    client.post(f"/opening/items/{item.pk}/conclude/", data)
    assert items(case)[0].first_conclusion == ""
    page = client.get(f"/opening/items/{item.pk}/").content.decode()
    assert "清水河上游筑坝" in page
    assert (
        f'value="{default_next_review(localdate()).isoformat()}"' in page
    )  # a date input's own form
    proof = ReadingProof.objects.get(item=item)
    assert (proof.person, proof.page, proof.shown_as) == (county.people["archivist"], 1, "text")
    client.get(f"/opening/items/{item.pk}/")
    assert ReadingProof.objects.filter(item=item).count() == 1
    client.post(f"/opening/items/{item.pk}/conclude/", data)
    assert items(case)[0].first_conclusion == "open"


def test_a_batch_is_turned_page_by_page_in_its_own_order(data_folder, client, monkeypatch):
    county = county_with_due()
    case = at_first_review(county)
    client.login(username="archivist", password=PASSWORD)
    monkeypatch.setattr(views, "PAGE", 1)
    address, seen = "?show=todo", []
    while address:
        shown = client.get(f"/opening/reviews/{case.number}/{address}").context
        seen += [line["item"] for line in shown["rows"]]
        address = (shown["pager"] or {}).get("next", "")
    assert seen == list(items(case)) and len(seen) > 2 and shown["total"] == len(seen)
    back = client.get(f"/opening/reviews/{case.number}/{shown['pager']['previous']}").context
    assert [line["item"] for line in back["rows"]] == seen[-2:-1]


def test_the_unit_and_the_authority_read_no_internal_opinion(data_folder, client):
    county = county_with_due()
    case = at_first_review(county)
    told = [OPEN, CONTROLLED, Verdict("delayed", "G3", SECRET_WORDS, DELAYED.next_review)]
    first(county, case, told)
    case = move(county, "archivist", case, "submit_first")
    second(county, case, told)
    case = move(county, "archivist2", case, "to_unit")
    client.login(username="officer", password=PASSWORD)
    place = f"/opening/reviews/{case.number}/"
    pages = [place, f"/cases/{case.number}/", *(f"/opening/items/{i.pk}/" for i in items(case))]
    for url in pages:
        answer = client.get(url)
        assert answer.status_code == 200, url
        text = answer.content.decode()
        for hidden in (SECRET_WORDS, "涉及个人信息", "丁馆员", "戊馆员", "KZ-"):
            assert hidden not in text, (url, hidden)
    for url in (f"{place}print/kept/", f"{place}publish/", "/opening/", "/opening/statistics/"):
        assert client.get(url).status_code == 403, url
    opine_rest(county.act("officer"), case=case, unit=county.unit)
    case = move(county, "leader", case, "unit_answer", signatory="乙局长")
    move(county, "director", case, "approve_delay")
    client.login(username="supervisor", password=PASSWORD)
    text = client.get(place).content.decode()
    assert "处分的决定" in text and "救济粮" not in text
    assert SECRET_WORDS not in text and "丁馆员" not in text


@pytest.mark.parametrize(
    "who", ["other_officer", "other_archivist", "clerk", "sysadmin", "secadmin", "auditadmin"]
)
def test_who_is_not_concerned_sees_no_page_of_a_review(data_folder, client, who):
    county = county_with_due()
    case = at_first_review(county)
    client.login(username=who, password=PASSWORD)
    item = items(case)[0]
    for url in (f"/opening/reviews/{case.number}/", f"/opening/items/{item.pk}/"):
        assert client.get(url).status_code in (403, 404), url
    due = client.get("/opening/")
    assert county.fonds.name not in due.content.decode()
    assert due.status_code == (200 if who == "other_archivist" else 403)
    assert not ReadingProof.objects.exists()


def test_every_page_of_the_way_answers_in_both_languages(data_folder, client):
    county = county_with_due()
    case = at_publication(county, [OPEN, CONTROLLED, DELAYED])
    client.login(username="archivist", password=PASSWORD)
    place = f"/opening/reviews/{case.number}/"
    before = [f"{place}publish/", f"/opening/items/{items(case)[0].pk}/title/"]
    assert all(client.get(url).status_code == 200 for url in before)
    answer = client.post(f"{place}publish/", {"version": case.version, "day": "2026-11-22"})
    assert answer.status_code == 302
    batch = case.number
    entry = items(case)[0].record.publication_entries.get()
    pages = [
        "/opening/", "/opening/reviews/", "/opening/publications/", "/opening/statistics/", place,
        f"/opening/publications/{batch}/", f"/opening/publications/{batch}/take-down/{entry.pk}/",
        *(f"{place}print/{kind}/" for kind in ("opened", "kept", "report")),
    ]  # fmt: skip
    for language in ("zh-hans", "en"):
        client.cookies["lantai_language"] = language
        with translation.override(language):  # the request's language must not outlive it
            for url in pages:
                assert client.get(url).status_code == 200, url
    client.cookies["lantai_language"] = "zh-hans"
    done = client.post(f"/opening/publications/{batch}/take-down/{entry.pk}/", {"reason": "误开"})
    assert done.status_code == 302
    items(case)[0].record.refresh_from_db()
    assert not items(case)[0].record.is_public
