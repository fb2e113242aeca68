"""Pages of records and files: what they show, and to whom."""

from __future__ import annotations

import io
import uuid

import openpyxl
import pytest
from django.urls import reverse

from lantai.access.viewing.queries import components_for
from lantai.catalogue.records.models import Component, Record
from lantai.catalogue.records.operations import describe_record
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.policy import Anonymous
from tests.access.deposited import deposit_specimens
from tests.access.search.holdings import SECRET_WORDS, described, make_holdings, set_access
from tests.people import make_county

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(data_folder):
    return make_county()


def page(record, name="reading:record"):
    return reverse(name, args=[record.uid])


def test_a_closed_record_is_found_on_no_page_by_those_who_may_not_see_it(client, county):
    rows = make_holdings(county)
    closed = rows["closed"]
    addresses = [
        reverse("search:page") + f"?q={SECRET_WORDS}",
        reverse("search:page") + "?q=低保",
        reverse("search:suggestions") + "?q=关于低保",
        reverse("fonds:list"),
        reverse("fonds:fonds", args=["YX", "J012"]),
        reverse("fonds:branch", args=["YX", "J012"]) + "?record_class=WS",
        page(closed),
        page(closed) + "?tab=content",
        page(closed, "reading:describe"),
        reverse("exporting:export") + "?format=csv",
        "/api/v1/search?q=低保",
    ]
    for who in (None, "sysadmin", "other_officer", "supervisor", "other_archivist"):
        client.logout()
        if who:
            client.force_login(county.people[who])
        for address in addresses:
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            text = body.decode("utf-8", "replace")
            assert "复核的请示" not in text, (who, address)
            assert closed.reference_code not in text, (who, address)


def test_the_search_page_finds_marks_filters_and_advises(client, county):
    make_holdings(county)
    client.force_login(county.people["archivist"])
    found = client.get("/search/?q=清水河").content.decode()
    assert "<mark>清水河</mark>" in found and "关于救灾款发放的通知" in found
    narrowed = client.get("/search/?access_status=open").content.decode()
    assert "关于救灾款发放的通知" in narrowed and "水利工程" not in narrowed
    assert "没有找到相符的档案" in client.get("/search/?q=龘龘龘龘").content.decode()
    assert client.get("/search/?q=a&after=zzz").status_code == 400
    assert client.get("/search/?year_from=%00&sort=drop&fonds=%27").status_code == 200
    english = client.get("/search/?q=清水河", headers={"Accept-Language": "en"})
    assert "not due" in english.content.decode().lower() or english.status_code == 200


def test_the_record_page_tells_its_description_life_and_history(client, county):
    row = make_holdings(county)["open"]
    act = county.act("archivist", reason="校对原文")
    describe_record(act, record=row, values={"title": "关于救灾款物发放的通知"}, version=1)
    client.force_login(county.people["archivist"])
    text = client.get(page(row)).content.decode()
    assert "关于救灾款物发放的通知" in text and "云溪县民政局" in text and "永久" in text
    assert "丁馆员" in client.get(page(row) + "?tab=life").content.decode()
    history = client.get(page(row) + "?tab=history").content.decode()
    assert "<ins>物</ins>" in history and "校对原文" in history
    assert "清水河两岸" in client.get(page(row) + "?tab=content").content.decode()
    assert client.get(f"/records/{uuid.uuid4()}/").status_code == 404
    client.force_login(county.people["clerk"])
    assert client.get(page(row)).status_code == 200
    assert client.get(page(row, "reading:describe")).status_code == 403


def test_an_edit_over_somebody_elses_is_refused_with_both_shown(client, county):
    row = make_holdings(county)["open"]
    client.force_login(county.people["archivist"])
    form = {
        name: field.value() or ""
        for name, field in (
            (f.name, f) for f in client.get(page(row, "reading:describe")).context["form"]
        )
    }
    describe_record(county.act("archivist2"), record=row, values={"title": "戊改的题名"}, version=1)
    answer = client.post(page(row, "reading:describe"), {**form, "title": "丁改的题名"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "戊馆员" in text and "现在的著录" in text
    assert Record.objects.get(pk=row.pk).title == "戊改的题名"
    wrong = {**form, "version": "2", "title": "", "year": "十二"}
    answer = client.post(page(row, "reading:describe"), wrong)
    assert answer.status_code == 422 and "必著项" in answer.content.decode()
    right = {**form, "version": "2", "title": "丁改的题名", "edit_reason": "更正"}
    assert client.post(page(row, "reading:describe"), right).status_code == 302
    assert Record.objects.get(pk=row.pk).title == "丁改的题名"
    assert LedgerEntry.objects.latest("sequence").reason == "更正"


def test_files_are_served_whole_in_part_and_as_pages_to_whom_they_are_open(client, county):
    row = deposit_specimens(county, ("pdf",))[0]
    part = row.components.first()
    where = [row.uid, part.pk]
    file = reverse("viewing:file", args=where)
    first = reverse("viewing:page", args=[*where, 1])
    for address in (file, first, reverse("viewing:text", args=where)):
        assert client.get(address).status_code == 404
    client.force_login(county.people["archivist"])
    whole = client.get(file)
    body = b"".join(whole.streaming_content)
    assert len(body) == part.size and body.startswith(b"%PDF")
    assert whole["Content-Type"] == "application/pdf"
    assert whole["Content-Security-Policy"] == "default-src 'none'; sandbox"
    some = client.get(file, headers={"Range": "bytes=5-9"})
    assert (some.status_code, b"".join(some.streaming_content)) == (206, body[5:10])
    assert some["Content-Range"] == f"bytes 5-9/{part.size}"
    last = client.get(file, headers={"Range": "bytes=-4"})
    assert b"".join(last.streaming_content) == body[-4:]
    assert client.get(file, headers={"Range": f"bytes={part.size}-"}).status_code == 416
    assert client.get(file, headers={"Range": "bytes=a-,9-1"}).status_code == 200
    assert "attachment" in client.get(file + "?download=1")["Content-Disposition"]
    image = client.get(first)
    assert b"".join(image.streaming_content).startswith(b"\x89PNG")
    assert client.get(reverse("viewing:page", args=[*where, 9_999])).status_code == 404
    assert "viewer--images" in client.get(page(row) + "?tab=content").content.decode()
    Component.objects.filter(pk=part.pk).update(mime="text/html", name='x".html\r\nSet-Cookie: a')
    risky = client.get(file)
    assert risky["Content-Type"] == "application/octet-stream"
    assert risky["Content-Disposition"].startswith("attachment")


def test_the_public_opens_the_redacted_copy_and_never_the_original(county):
    row = make_holdings(county)["open"]
    both = [
        row.components.create(role=r, sequence=n, name=r, path=r, size=1, sha512="", sm3="")
        for n, r in enumerate(("original", "redaction"), 1)
    ]
    assert components_for(Anonymous(), row) == both[1:]
    assert components_for(county.people["archivist"], row) == both


def test_the_fonds_page_pages_by_key_filters_sorts_and_is_edited(client, county):
    make_holdings(county)
    client.force_login(county.people["archivist"])
    address = reverse("fonds:fonds", args=["YX", "J012"])
    text = client.get(address + "?sort=-date").content.decode()
    assert "關於水利工程的批復" in text and "边界争议" not in text
    assert "没有相符的档案" in client.get(address + "?year=1901").content.decode()
    assert client.get(address + "?after=%%%").status_code == 400
    branch = client.get(reverse("fonds:branch", args=["YX", "J012"]) + "?record_class=WS")
    assert "关于救灾款发放的通知" in branch.content.decode()
    edit = reverse("fonds:edit", args=["YX", "J012"])
    form = {
        "version": "0",
        "name": "云溪县民政局",
        "history": "一九五〇年设民政科",
        "end_year": "1",
    }
    assert client.post(edit, {**form, "start_year": "1950"}).status_code == 422
    assert client.post(edit, {**form, "end_year": ""}).status_code == 302
    assert "一九五〇年设民政科" in client.get(address).content.decode()
    new = {"code": "J099", "name": "新全宗"}
    assert client.post(reverse("fonds:list"), new).status_code == 302
    client.force_login(county.people["clerk"])
    assert client.get(edit).status_code == 403


def test_an_export_holds_what_the_viewer_sees_and_no_formula(client, county):
    rows = make_holdings(county)
    set_access(county.act("archivist"), fonds=county.fonds, record=rows["closed"], title="=1+1")
    client.force_login(county.people["archivist"])
    lines = b"".join(client.get("/export/?format=csv").streaming_content).decode("utf-8-sig")
    assert "'=1+1" in lines and "边界争议" not in lines
    assert len(lines.strip().splitlines()) == 4
    book = client.get("/export/?format=xlsx&access_status=open")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert [row[2] for row in sheet.values] == ["题名", "关于救灾款发放的通知"]
    refused = client.get("/export/?format=exe")
    assert refused.status_code == 422
    assert "这个请求不能照办" in refused.content.decode() and "exe" in refused.content.decode()
    assert LedgerEntry.objects.filter(event="catalogue_export").exists()
    client.force_login(county.people["clerk"])
    assert client.get("/export/?format=csv").status_code == 403


def test_described_values_are_whole():
    assert described(1, "x")["reference_code"]


def test_of_two_who_edit_at_once_the_second_keeps_what_he_wrote(client, county):
    row = make_holdings(county)["open"]
    client.force_login(county.people["archivist2"])
    opened = client.get(page(row, "reading:describe")).context["form"]
    given = {**opened.initial, "persons": "王二；李四", "edit_reason": "补人名"}
    act = county.act("archivist", reason="校对原文")
    describe_record(act, record=row, values={"title": "关于救灾款物发放的通知"}, version=1)
    answer = client.post(page(row, "reading:describe"), given)
    assert answer.status_code == 409
    form = answer.context["form"]
    assert form["title"].value() == "关于救灾款物发放的通知"  # the other's; not touched here
    assert form["persons"].value() == "王二；李四" and form["edit_reason"].value() == "补人名"
    assert [change["label"] for change in answer.context["changes"]] == ["人名"]
    again = client.post(page(row, "reading:describe"), {**given, **form.initial})
    assert again.status_code == 302
    row.refresh_from_db()
    assert row.title == "关于救灾款物发放的通知"
    assert row.description["persons"] == "王二；李四"


def test_what_another_class_left_in_a_description_is_seen_and_cleared(client, county):
    row = make_holdings(county)["open"]
    Record.objects.filter(pk=row.pk).update(
        description={**row.description, "designer": "水利勘测设计队"}
    )
    client.force_login(county.people["archivist"])
    form = client.get(page(row, "reading:describe")).context["form"]
    assert form["designer"].value() == "水利勘测设计队"
    refused = client.post(page(row, "reading:describe"), form.initial)
    assert refused.status_code == 422 and refused.context["form"].errors["designer"]
    sent = client.post(page(row, "reading:describe"), {**form.initial, "designer": ""})
    assert sent.status_code == 302
    row.refresh_from_db()
    assert "designer" not in row.description
