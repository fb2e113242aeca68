"""Certificates: drafted by one, issued by another, kept in storage, proven on line and off line."""

from __future__ import annotations

import io
import json
import random
import stat

import pikepdf
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pypdfium2 import PdfDocument

from lantai.access.certificates.issuing import object_id_of, prepare, read_file
from lantai.access.certificates.models import Certificate
from lantai.access.certificates.operations import (
    CertificateRefused,
    check_issuable,
    fetch_certificate,
    issue_certificate,
    print_certificate,
    propose_certificate,
    void_certificate,
)
from lantai.access.certificates.signing import judge, trusted_here
from lantai.access.requests.operations import (
    ask_consent,
    attach_record,
    detach_record,
    give_consent,
)
from lantai.access.requests.queries import own_request
from lantai.cli.main import main
from lantai.foundation.accounts.operations import assign_role
from lantai.foundation.ledger.models import LedgerEntry
from lantai.foundation.policy import Anonymous, Operator
from lantai.foundation.refusal import NotPermitted, Refusal
from lantai.foundation.work import Act
from lantai.preservation.rebuilding.catalogue import rebuild_catalogue
from tests.access.offices import PHONE, make_county, make_open, make_request, move

pytestmark = pytest.mark.django_db
QUOTE = "同意录用周若兰等十二名同志为县农机厂固定工，工龄自一九七八年三月一日起计算。"


def propose(county, request, **more):
    return propose_certificate(
        county.act("clerk"), request=request, question="本人参加工作的时间", **more
    )


def issue(county, certificate, who="director"):
    act = county.act(who)
    check_issuable(act.by, certificate)
    return issue_certificate(
        act, certificate=certificate, issued=prepare(certificate, act.by, act.at)
    )


def make_awaiting(county, **more):
    """A request with a found, quoted record and a drafted certificate, put up for approval."""
    request, record = make_request(county), make_open(county, **more)
    move(county, request, "accept", "search")
    row = attach_record(county.act("clerk"), request=request, record=record, pages="2", quote=QUOTE)
    move(county, request, "find")
    certificate = propose(county, request, kind="found", attached=[row])
    move(county, request, "propose")
    return request, certificate


def make_issued(county):
    request, certificate = make_awaiting(county)
    return request, issue(county, certificate)


def text_of(pdf):
    document = PdfDocument(pdf)
    return "".join(page.get_textpage().get_text_range() for page in document)


def test_a_certificate_quotes_the_record_and_names_handler_approver_and_code(data_folder):
    county = make_county()
    request, certificate = make_issued(county)
    pdf = read_file(certificate.object_id)
    text = text_of(pdf).replace("\r\n", "").replace("\n", "")
    for words in ("云溪县档案馆", "档案证明", certificate.number, "J012-WS·1978-Y-RS-0007", QUOTE[:12],
                  "庚接待员", "己馆长", certificate.verify_code, "特此证明"):  # fmt: skip
        assert words in text
    assert "330127195804121620" not in text
    assert "330127********1620" in text
    request.case.refresh_from_db()
    assert request.case.state == "certified"
    assert certificate.number == f"{timezone.localdate().year}-YX-00001"
    assert certificate.printed_count == 0


def test_the_file_lies_in_storage_as_an_object_of_its_own(data_folder):
    county = make_county()
    _, certificate = make_issued(county)
    assert certificate.object_id == f"urn:lantai:YX:certificate:{certificate.number}"
    assert len(read_file(certificate.object_id)) == certificate.size


def test_a_run_killed_between_storing_and_registering_is_taken_up_again(data_folder):
    county = make_county()
    _, certificate = make_awaiting(county)
    director = county.people["director"]
    first = prepare(certificate, director, timezone.now())
    again = prepare(certificate, director, timezone.now())
    assert again.sha512 == first.sha512
    assert Certificate.objects.get(pk=certificate.pk).state == "draft"
    assert issue(county, certificate).sha512 == first.sha512


def test_nobody_issues_what_they_drafted(data_folder):
    county = make_county()
    _, certificate = make_awaiting(county)
    with pytest.raises(NotPermitted):
        check_issuable(county.people["clerk"], certificate)
    clerk = county.people["clerk"]
    assign_role(
        Act(by=Operator(), channel="cli"),
        person=clerk, institution=county.archives, role="archives_director",
    )  # fmt: skip
    with pytest.raises(CertificateRefused, match="拟稿人"):
        check_issuable(clerk, certificate)
    with pytest.raises(CertificateRefused, match="拟稿人"):
        issue_certificate(
            county.act("clerk"),
            certificate=certificate,
            issued=prepare(certificate, clerk, timezone.now()),
        )
    assert Certificate.objects.get(pk=certificate.pk).state == "draft"


def test_no_certificate_without_a_found_record(data_folder):
    county = make_county()
    request = make_request(county)
    move(county, request, "accept", "search")
    with pytest.raises(CertificateRefused, match="没有查到的档案"):
        propose(county, request, kind="found")
    with pytest.raises(Refusal, match="还没有附上"):
        move(county, request, "find")
    with pytest.raises(CertificateRefused, match="查无证明只能"):
        propose(county, request, kind="not_found", scope="J012")


def test_a_record_without_a_quotation_is_not_certified(data_folder):
    county = make_county()
    request, record = make_request(county), make_open(county)
    move(county, request, "accept", "search")
    row = attach_record(county.act("clerk"), request=request, record=record)
    move(county, request, "find")
    with pytest.raises(CertificateRefused, match="摘录原文"):
        propose(county, request, kind="found", attached=[row])


def test_a_certificate_of_absence_states_what_was_searched(data_folder):
    county = make_county()
    request = make_request(county)
    move(county, request, "accept", "search")
    move(county, request, "miss", scope="J012 全宗 1975—1982 年")
    with pytest.raises(CertificateRefused, match="查找范围"):
        propose(county, request, kind="not_found")
    certificate = propose(county, request, kind="not_found", scope="J012 全宗 1975—1982 年")
    move(county, request, "propose")
    pdf = read_file(issue(county, certificate).object_id)
    text = text_of(pdf).replace("\r\n", "")
    assert "查无档案证明" in text
    assert "不作为有关事实不存在的依据" in text


def test_an_unopened_record_needs_the_word_of_its_unit(data_folder):
    county = make_county()
    request, record = make_request(county), make_open(county, status="controlled")
    move(county, request, "accept", "search")
    row = attach_record(county.act("clerk"), request=request, record=record, pages="1", quote=QUOTE)
    move(county, request, "find")
    with pytest.raises(CertificateRefused, match="立档单位同意"):
        propose(county, request, kind="found", attached=[row])
    with pytest.raises(Refusal, match="立档单位的意见"):
        move(county, request, "propose", reply="告知内容")
    ask_consent(county.act("clerk"), request=request)
    with pytest.raises(NotPermitted):
        give_consent(county.act("other_officer"), attached=row, agreed=True)
    row = give_consent(county.act("leader"), attached=row, agreed=True)
    certificate = propose(county, request, kind="found", attached=[row])
    move(county, request, "propose")
    assert issue(county, certificate).state == "valid"


def test_a_record_in_a_certificate_stays_attached(data_folder):
    county = make_county()
    request, _ = make_awaiting(county)
    move(county, request, "send_back", who="director", reason="引文请再核对")
    row = request.attached.get()
    assert Certificate.objects.get(request=request).state == "dropped"
    detach_record(county.act("clerk"), attached=row)
    assert not request.attached.exists()


def test_the_installations_key_is_its_owners_alone(data_folder):
    county = make_county()
    make_issued(county)
    keys = settings.LANTAI.keys
    for name in ("issuing-signer-key.pem", "certificate-sm2.json", "personal-data.key"):
        assert stat.S_IMODE((keys / name).stat().st_mode) == 0o600
    assert not list(keys.glob("*root*key*"))


def test_one_changed_byte_anywhere_is_found(data_folder):
    county = make_county()
    _, certificate = make_issued(county)
    pdf = read_file(certificate.object_id)
    trust = trusted_here(settings.LANTAI.keys)
    assert judge(pdf, *trust).verdict == "valid"
    gap = pdf.index(b"/Contents <") + len(b"/Contents <")
    rng = random.Random(7)
    places = [0, 9, len(pdf) - 1, gap, gap + 40, gap + 3000]
    places += [rng.randrange(len(pdf)) for _ in range(15)]
    for place in places:
        bad = bytearray(pdf)
        bad[place] ^= 1
        assert judge(bytes(bad), *trust).verdict != "valid", place
    assert judge(pdf + b"\n", *trust).verdict == "altered"
    assert judge(pdf[:-1], *trust).verdict != "valid"


def test_facts_forged_under_another_key_are_not_trusted(data_folder, tmp_path):
    county = make_county()
    _, certificate = make_issued(county)
    pdf = read_file(certificate.object_id)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        held = json.loads(document.attachments["lantai-certificate.json"].get_file().read_bytes())
    assert held["facts"]["number"] == certificate.number
    assert held["sm2"]["algorithm"] == "sm2-with-sm3"
    stranger = judge(pdf, [], [])
    assert stranger.verdict == "untrusted"
    assert stranger.sm2 == "valid"
    assert not stranger.sm2_trusted


def test_the_command_verifies_off_line(data_folder, tmp_path, capsys, monkeypatch):
    county = make_county()
    _, certificate = make_issued(county)
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    pdf = read_file(certificate.object_id)
    good.write_bytes(pdf)
    bad.write_bytes(pdf.replace(b"/Contents <30", b"/Contents <31", 1))
    root = tmp_path / "root.pem"
    root.write_bytes((settings.LANTAI.keys / "issuing-root.pem").read_bytes())
    monkeypatch.setenv("LANTAI_DATA", str(tmp_path / "nothing"))
    assert main(["certificate", "verify", str(good), "--trust", str(root), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "valid"
    assert told["sm2"] == "valid"
    assert told["certificate"]["number"] == certificate.number
    assert main(["certificate", "verify", str(good), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["verdict"] == "untrusted"
    assert main(["certificate", "verify", str(bad), "--trust", str(root)]) == 1
    assert main(["certificate", "verify", str(tmp_path / "no.pdf")]) == 2
    assert main(["certificate", "verify", str(good), "--trust", str(good)]) == 2


def test_the_public_verifies_by_code_and_by_file_without_private_content(data_folder, client):
    county = make_county()
    _, certificate = make_issued(county)
    page = client.get("/verify/", {"code": certificate.verify_code.lower().replace("-", " ")})
    text = page.content.decode()
    assert certificate.number in text
    assert "云溪县档案馆" in text
    assert "周" not in text.replace("周一", "").replace("周五", "")
    assert QUOTE[:8] not in text
    upload = SimpleUploadedFile("c.pdf", read_file(certificate.object_id))
    assert certificate.number in client.post("/verify/", {"file": upload}).content.decode()
    altered = SimpleUploadedFile("c.pdf", read_file(certificate.object_id) + b" ")
    assert "改动" in client.post("/verify/", {"file": altered}).content.decode()
    assert "没有查到" in client.get("/verify/", {"code": "AAAA-BBBB-CCCC"}).content.decode()
    assert "没有查到" in client.get("/verify/", {"code": "\x00乱码"}).content.decode()


def test_a_void_certificate_verifies_as_void(data_folder, client):
    county = make_county()
    _, certificate = make_issued(county)
    with pytest.raises(CertificateRefused, match="理由"):
        void_certificate(county.act("director"), certificate=certificate, reason=" ")
    with pytest.raises(NotPermitted):
        void_certificate(county.act("clerk"), certificate=certificate, reason="错引")
    void_certificate(county.act("director"), certificate=certificate, reason="引文有误")
    assert "已作废" in client.get("/verify/", {"code": certificate.verify_code}).content.decode()
    upload = SimpleUploadedFile("c.pdf", read_file(certificate.object_id))
    assert "已作废" in client.post("/verify/", {"file": upload}).content.decode()


def test_the_ledger_tells_of_the_certificate_and_its_records(data_folder):
    county = make_county()
    _, certificate = make_issued(county)
    entry = LedgerEntry.objects.filter(event="digital_signature_generation").latest("sequence")
    assert certificate.urn in entry.subjects
    assert entry.detail["sha512"] == certificate.sha512
    assert object_id_of(certificate) == certificate.object_id


def test_a_draft_is_not_verifiable(data_folder, client):
    county = make_county()
    _, certificate = make_awaiting(county)
    assert "没有查到" in client.get("/verify/", {"code": certificate.verify_code}).content.decode()


def test_prints_and_hand_outs_are_counted_and_only_of_a_valid_certificate(data_folder):
    county = make_county()
    request, certificate = make_issued(county)
    print_certificate(county.act("clerk"), certificate=certificate, place="window")
    citizen = Act(by=Anonymous())
    fetched = fetch_certificate(citizen, certificate=certificate, request=request)
    assert fetched.printed_count == 2
    assert list(fetched.prints.values_list("place", flat=True)) == ["window", "online"]
    other = make_request(county)
    with pytest.raises(Refusal, match="不符"):
        fetch_certificate(citizen, certificate=certificate, request=other)
    void_certificate(county.act("director"), certificate=certificate, reason="引文有误")
    with pytest.raises(CertificateRefused, match="不是有效"):
        print_certificate(county.act("clerk"), certificate=certificate)


def test_a_rebuilt_catalogue_has_its_requests_and_certificates_again(data_folder, client):
    county = make_county()
    request, certificate = make_issued(county)
    report = rebuild_catalogue(from_empty=True)
    assert not report["problems"]
    again = Certificate.objects.get(number=certificate.number)
    assert again.sha512 == certificate.sha512
    assert again.lines.get().quote == QUOTE
    assert own_request(request.number, PHONE).number == request.number
    assert read_file(again.object_id)
    page = client.get("/verify/", {"code": certificate.verify_code}).content.decode()
    assert certificate.number in page
