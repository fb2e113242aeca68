"""Requests: the whole way by operations and by pages; guards; privacy; no way to guess."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from django.utils import timezone

from lantai.access.certificates.models import Certificate
from lantai.access.requests.identity import (
    id_number_problem,
    mask_name,
    mask_number,
    mask_phone,
    phone_is_good,
    tidy_phone,
)
from lantai.access.requests.models import AccessNote, ServiceRequest
from lantai.access.requests.operations import (
    attach_record,
    look_at_request,
    rate_request,
    submit_request,
    supplement_request,
    withdraw_request,
)
from lantai.access.requests.queries import clues_of, identity_of, own_request
from lantai.core.desks.cases import find_mistakes
from lantai.foundation.desks.cases.definitions import case_definitions
from lantai.foundation.inbox.queries import waiting_for
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.policy import Anonymous, permissions
from lantai.foundation.refusal import NotPermitted, Refusal
from lantai.foundation.work import Act
from tests.access.offices import PHONE, VALUES, make_county, make_open, make_request, move
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
FORM = {**VALUES, "website": ""}


def sign_in(client, name):
    assert client.post("/login/", {"username": name, "password": PASSWORD}).status_code == 302


def press(client, request, transition, **data):
    request.case.refresh_from_db()
    values = {f"{transition}-{k}": v for k, v in data.items()}
    values[f"{transition}-version"] = request.case.version
    answer = client.post(f"/cases/{request.number}/move/{transition}/", values)
    assert answer.status_code == 302, answer.content.decode()
    request.case.refresh_from_db()


def test_the_definition_is_sound_and_its_permissions_are_known():
    rules = case_definitions().get("request")
    assert not find_mistakes(rules)
    assert {t.permission for t in rules.transitions} <= set(permissions())


def test_a_citizen_and_the_reading_room_walk_the_whole_way_by_pages(data_folder, client):
    county = make_county()
    record = make_open(county)
    answer = client.post("/portal/request/", {**FORM, "record": str(record.uid)})
    assert answer.status_code == 302
    request = ServiceRequest.objects.get()
    assert request.asked_record == record
    assert request.number in client.get(answer.url).content.decode()
    client.logout()
    sign_in(client, "clerk")
    assert request.number in client.get("/desk/requests/").content.decode()
    page = client.get(f"/desk/requests/{request.number}/").content.decode()
    assert "农机厂" in page
    assert VALUES["id_number"] not in page
    press(client, request, "accept")
    press(client, request, "search")
    client.post(
        f"/desk/requests/{request.number}/attach/",
        {"record": str(record.uid), "pages": "2", "quote": "同意录用周若兰等十二名同志。"},
    )
    press(client, request, "find")
    client.post(
        f"/desk/requests/{request.number}/certificates/",
        {"kind": "found", "question": "参加工作时间"},
    )
    certificate = Certificate.objects.get()
    assert client.get(f"/desk/certificates/{certificate.number}/").status_code == 200
    specimen = client.get(f"/desk/certificates/{certificate.number}/pdf/").content
    assert specimen.startswith(b"%PDF")
    press(client, request, "propose")
    refused = client.post(f"/desk/certificates/{certificate.number}/issue/")
    assert refused.status_code == 403
    client.logout()
    sign_in(client, "director")
    client.post(f"/desk/certificates/{certificate.number}/issue/")
    certificate.refresh_from_db()
    assert certificate.state == "valid"
    client.logout()
    sign_in(client, "clerk")
    assert client.post(f"/desk/certificates/{certificate.number}/print/").status_code == 200
    press(client, request, "deliver", mode="target")
    client.logout()
    found = client.post("/portal/status/", {"number": request.number, "phone": "138 0555 0118"})
    assert found.status_code == 302
    page = client.get(found.url).content.decode()
    assert certificate.number in page
    fetched = client.post(f"/portal/status/{request.number}/certificates/{certificate.number}/")
    assert fetched.content.startswith(b"%PDF")
    client.post(f"/portal/status/{request.number}/rate/", {"score": "5", "comment": "很快"})
    request.refresh_from_db()
    assert request.rating == 5
    assert request.case.__class__.objects.get(pk=request.case_id).state == "rated"
    certificate.refresh_from_db()
    assert certificate.printed_count == 2


def test_a_returned_request_is_supplemented_by_the_citizen(data_folder):
    county = make_county()
    request = make_request(county)
    move(county, request, "return", missing="请写明原工作单位")
    assert request.case.due_date is None
    by = Act(by=Anonymous())
    with pytest.raises(NotPermitted):
        supplement_request(by, request=request, clues="农机厂", lookup="0" * 64)
    supplement_request(by, request=request, clues="县农机厂金工车间", lookup=request.lookup)
    request.refresh_from_db()
    assert "金工车间" in clues_of(request)["clues"]
    assert request.case.__class__.objects.get(pk=request.case_id).state == "submitted"


def test_a_refusal_needs_its_ground_and_reason_and_tells_where_to_complain(data_folder, client):
    county = make_county()
    county.authority.details = {"phone": "0700-5550100"}
    county.authority.save()
    request = make_request(county)
    with pytest.raises(Refusal, match="依据"):
        move(county, request, "refuse", reason="不符合")
    with pytest.raises(Refusal, match="理由"):
        move(county, request, "refuse", ground="no_proof")
    move(county, request, "refuse", ground="no_proof", reason="没有提供委托书")
    client.post("/portal/status/", {"number": request.number, "phone": PHONE})
    page = client.get(f"/portal/status/{request.number}/").content.decode()
    assert "没有提供委托书" in page
    assert "云溪县档案局投诉" in page
    assert "0700-5550100" in page


def test_unopened_records_are_not_answered_without_approval(data_folder):
    county = make_county()
    request = make_request(county)
    record = make_open(county, status="closed", _creating_unit=None)
    move(county, request, "accept", "search")
    attach_record(county.act("clerk"), request=request, record=record)
    move(county, request, "find")
    with pytest.raises(Refusal, match="尚未开放"):
        move(county, request, "answer", reply="内容如下")
    move(county, request, "propose", reply="内容如下")
    with pytest.raises(NotPermitted):
        move(county, request, "approve_reply")
    move(county, request, "approve_reply", who="director")
    assert ServiceRequest.objects.get().reply == "内容如下"


def test_a_secret_record_is_not_attached_by_somebody_who_may_not_see_it(data_folder):
    county = make_county()
    request, record = make_request(county), make_open(county, secrecy="秘密", status="closed")
    move(county, request, "accept", "search")
    with pytest.raises(NotPermitted, match="看不到"):
        attach_record(county.act("clerk"), request=request, record=record)


def test_number_and_phone_open_a_request_and_nothing_else_tells_of_it(data_folder, client):
    county = make_county()
    request = make_request(county)
    assert own_request(request.number, PHONE) == request
    assert own_request(request.number, "13900000000") is None
    wrong = [
        client.post("/portal/status/", {"number": n, "phone": p})
        for n, p in ((request.number, "13900000000"), ("CDYX-2026-99999", PHONE))
    ]
    texts = [
        re.sub(r'(value|content)="[^"]*"', "", a.content.decode()).replace(request.number, "")
        for a in wrong
    ]
    assert [a.status_code for a in wrong] == [404, 404]
    assert texts[0] == texts[1]
    known = client.get(f"/portal/status/{request.number}/")
    unknown = client.get("/portal/status/CDYX-2026-99999/")
    assert known.status_code == unknown.status_code == 404


def test_guessing_phones_is_stopped(data_folder, client):
    county = make_county()
    request = make_request(county)
    codes = [
        client.post(
            "/portal/status/", {"number": request.number, "phone": f"1390000000{n}"}
        ).status_code
        for n in range(8)
    ]
    assert codes[:6] == [404] * 6
    assert codes[6:] == [429, 429]
    right = client.post("/portal/status/", {"number": request.number, "phone": PHONE})
    assert right.status_code == 429


def test_one_address_files_only_so_many_requests(data_folder, client):
    make_county()
    codes = [client.post("/portal/request/", FORM).status_code for _ in range(21)]
    assert codes[:20] == [302] * 20
    assert codes[20] == 429


def test_a_robot_that_fills_the_hidden_field_files_nothing(data_folder, client):
    make_county()
    client.post("/portal/request/", {**FORM, "website": "http://spam"})
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("id_number", "330127195804121621", "校验不符"),
        ("id_number", "33012719581312162X", "出生日期不对"),
        ("id_number", "12345", "应为 18 位"),
        ("phone", "12345", "电话号码不对"),
        ("consent", "", "必填"),
        ("clues", "", "必填"),
        ("category", "no-such", "有效"),
        ("delivery", "express", "邮寄地址"),
    ],
)
def test_a_mistake_in_the_form_is_named_at_its_field(data_folder, client, field, value, words):
    make_county()
    answer = client.post("/portal/request/", {**FORM, field: value})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page or "这个字段" in page
    assert not ServiceRequest.objects.exists()


def test_there_is_no_price_anywhere(data_folder):
    names = {f.name for f in ServiceRequest._meta.get_fields()}
    assert not names & {"price", "fee", "cost", "amount"}


def test_personal_data_rest_sealed_and_stay_out_of_the_ledger(data_folder):
    county = make_county()
    request = make_request(county)
    row = ServiceRequest.objects.get(pk=request.pk)
    assert identity_of(row)["name"] == "周若兰"
    ledger = "".join(p.read_text() for p in (data_folder / "storage/ledger").glob("*.jsonl"))
    assert request.number in ledger
    for private in ("周若兰", VALUES["id_number"], PHONE, "农机厂"):
        assert private not in ledger
        assert private not in json.dumps(row.case.data, ensure_ascii=False) + row.case.title


def test_every_look_at_a_persons_data_is_on_record(data_folder, client):
    county = make_county()
    request = make_request(county)
    sign_in(client, "clerk")
    for _ in range(3):
        client.get(f"/desk/requests/{request.number}/")
    assert AccessNote.objects.filter(what="clues").count() == 1
    page = client.post(
        f"/desk/requests/{request.number}/identity/", {"reason": "电话告知"}
    ).content.decode()
    assert VALUES["id_number"] in page
    assert AccessNote.objects.get(what="identity").reason == "电话告知"
    assert LedgerEntry.objects.filter(event="personal_data_viewing").count() == 2
    with pytest.raises(Refusal, match="事由"):
        look_at_request(county.act("clerk"), request=request, what="identity")


@pytest.mark.parametrize(
    "who", ["officer", "other_archivist", "supervisor", "sysadmin", "secadmin", "auditadmin"]
)
def test_others_neither_see_nor_handle_requests(data_folder, client, who):
    county = make_county()
    request = make_request(county)
    with pytest.raises(NotPermitted):
        move(county, request, "accept", who=who)
    sign_in(client, who)
    assert client.get(f"/desk/requests/{request.number}/").status_code == 404
    assert request.number not in client.get("/desk/requests/").content.decode()


def test_a_request_waits_in_the_inbox_of_the_reading_room_then_of_the_director(data_folder):
    county = make_county()
    request = make_request(county)
    assert waiting_for(county.people["clerk"]).filter(subject=request.case.urn).exists()
    move(county, request, "accept", "search")
    move(county, request, "miss", scope="J012 1970—1980")
    move(county, request, "propose", reply="没有查到")
    assert waiting_for(county.people["director"]).filter(subject=request.case.urn).exists()
    assert not waiting_for(county.people["clerk"]).filter(subject=request.case.urn).exists()


def test_a_request_may_be_withdrawn_and_is_rated_only_once_delivered(data_folder):
    county = make_county()
    request = make_request(county)
    with pytest.raises(Refusal):
        rate_request(Act(by=Anonymous()), request=request, score=5, lookup=request.lookup)
    withdraw_request(Act(by=Anonymous()), request=request, lookup=request.lookup)
    request.case.refresh_from_db()
    assert request.case.state == "withdrawn"


def test_without_consent_nothing_is_filed(data_folder):
    county = make_county()
    with pytest.raises(Refusal, match="同意"):
        submit_request(
            Act(by=Anonymous()), institution=county.archives, values={**VALUES, "consent": ""}
        )


def test_pages_of_things_that_are_not_there_say_so(data_folder, client):
    make_county()
    sign_in(client, "clerk")
    for path in ("/desk/requests/no-such/", "/desk/certificates/no-such/", "/desk/consents/99/",
                 f"/portal/records/{uuid.uuid4()}/"):  # fmt: skip
        assert client.get(path).status_code == 404
    for path in ("/desk/requests/register/", "/desk/requests/register/?format=csv",
                 "/desk/certificates/", "/desk/consents/", "/portal/request/?record=nonsense"):  # fmt: skip
        assert client.get(path).status_code == 200


def test_identity_numbers_and_phones_are_checked_and_masked():
    today = timezone.localdate()
    assert id_number_problem("11010519491231002X", today) == ""
    assert id_number_problem("110105194912310021", today) == "check"
    assert id_number_problem("110105204912310021", today) == "date"
    assert mask_number("11010519491231002X") == "110105********002X"
    assert mask_phone("13805550118") == "138****0118"
    assert [mask_name(n) for n in ("周若兰", "周兰", "欧阳若兰", "周")] == [
        "周＊兰", "周＊", "欧＊＊兰", "周"
    ]  # fmt: skip
    assert tidy_phone("+86 138 0555 0118") == "13805550118"
    assert phone_is_good("0700-5550118")
    assert not phone_is_good("12345678901")
