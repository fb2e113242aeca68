"""Packages from outside: by page, API and watched folder; faulty ones go back with their codes."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantai.catalogue.records.models import Record
from lantai.core.packages.package import ProcessEvent
from lantai.core.packages.transfer import (
    TransferFile,
    TransferItem,
    TransferManifest,
    write_transfer_package,
)
from lantai.foundation.inbox.queries import waiting_for
from lantai.foundation.institutions.models import Institution
from lantai.foundation.institutions.operations import register_institution
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act
from lantai.preservation.ingesting.ingest import ingest_path
from lantai.preservation.quarantine.models import QuarantinedFile
from lantai.preservation.quarantine.operations import ask_release, release_file
from lantai.resources.accession.models import Reception
from lantai.resources.accession.operations import accept_transfer
from lantai.resources.accession.tasks import watch
from lantai.resources.transfers.models import Transfer
from lantai.resources.transfers.operations import sign_handover
from tests.people import make_county
from tests.resources.office import TITLES, pdf, put_in_force, work

pytestmark = pytest.mark.django_db
EVENTS = [
    ProcessEvent("起草", "李闻", "2025-03-08T09:00:00+08:00"),
    ProcessEvent("签发", "乙局长", "2025-03-12T09:00:00+08:00"),
    ProcessEvent("登记", "甲档案员", "2026-01-05T09:00:00+08:00"),
    ProcessEvent("归档", "甲档案员", "2026-01-06T09:00:00+08:00"),
]


def values(number: int) -> dict[str, str]:
    return {
        "fonds": "J012", "record_class": "WS", "level": "文件级", "title": TITLES[number - 1],
        "reference_code": f"J012-WS·2025·Y·SHJZ-{number:04d}", "date": "20250312",
        "creator": "云溪县民政局", "retention": "Y", "year": "2025", "organ": "SHJZ",
        "item_no": f"{number:04d}", "opening_mark": "未审核", "secrecy": "公开", "doc_no": f"云民〔2025〕{number}号",
    }  # fmt: skip


def make_package(folder: Path, count: int = 2, name: str = "J012-2025-01") -> Path:
    items = [
        TransferItem(values=values(n), files=[TransferFile(f"{n}.pdf", mime="application/pdf")],
                     events=list(EVENTS))
        for n in range(1, count + 1)
    ]  # fmt: skip
    manifest = TransferManifest(sender="云溪县民政局", content="2025年度文书档案", work_name="移交",
                                receiver="云溪县档案馆", environment="通用")  # fmt: skip
    target = folder / name
    write_transfer_package(
        target, manifest, items,
        lambda file: io.BytesIO(pdf(TITLES[int(file.path[0]) - 1], int(file.path[0]))),
    )  # fmt: skip
    return target


def zipped(folder: Path) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder.parent))
    return sink.getvalue()


def send(person, data: bytes, name: str = "package.zip", **more):
    client = Client()
    client.force_login(person)
    body = {"package": SimpleUploadedFile(name, data), **more}
    return client, client.post("/api/v1/transfers", body)


def the_archives_county():
    """Only one archives, so that the watched folder's top belongs to it."""
    county = make_county()
    put_in_force(county)
    return county


def test_a_package_by_api_is_taken_in_checked_signed_and_deposited(data_folder, tmp_path):
    county = the_archives_county()
    client, answer = send(county.people["officer"], zipped(make_package(tmp_path)))
    assert answer.status_code == 202, answer.content
    work()
    told = client.get(answer.json()["status_url"]).json()
    assert told["state"] == "taken"
    transfer = Transfer.objects.get(number=told["transfer"])
    assert (transfer.unit, transfer.items, transfer.state) == (
        county.unit, 2, "awaiting_acceptance",
    ), transfer.reason  # fmt: skip
    with pytest.raises(Refusal, match="还没有签字"):
        accept_transfer(county.act("archivist"), transfer=transfer)
    sign_handover(county.act("leader"), transfer=transfer)
    accept_transfer(county.act("archivist"), transfer=transfer)
    work()
    state = client.get(f"/api/v1/transfers/{transfer.number}").json()
    assert (state["state"], state["signed_by_sender"]) == ("deposited", True)
    assert Record.objects.filter(accession=transfer.number).count() == 2


def test_the_same_package_twice_is_taken_once(data_folder, tmp_path):
    county = the_archives_county()
    data = zipped(make_package(tmp_path))
    send(county.people["officer"], data)
    work()
    client, second = send(county.people["archivist"], data, "again.zip")
    work()
    told = client.get(second.json()["status_url"]).json()
    assert told["state"] == "duplicate"
    assert told["transfer"] == Transfer.objects.get().number
    assert "不重复接收" in told["message"]


def break_digest(folder):
    path = next(folder.rglob("*.pdf"))
    path.write_bytes(path.read_bytes() + b"\n%changed")


def break_missing(folder):
    next(folder.rglob("*.pdf")).unlink()


def break_title(folder):
    path = sorted(folder.rglob("元数据.XML"))[0]
    path.write_text(path.read_text("utf-8").replace(TITLES[0], ""), "utf-8")


def break_foreign(folder):
    (folder / "木马.exe").write_bytes(b"MZ" + b"\0" * 200)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (break_digest, "YJ-1-1"),
        (break_missing, "YJ-2-"),
        (break_title, "YJ-2-"),
        (break_foreign, "YJ-4-"),
    ],
)
def test_a_faulty_package_goes_back_with_the_code(data_folder, tmp_path, spoil, code):
    county = the_archives_county()
    folder = make_package(tmp_path)
    spoil(folder)
    send(county.people["officer"], zipped(folder))
    work()
    transfer = Transfer.objects.get()
    assert transfer.state == "returned"
    run = transfer.runs.get()
    errors = [f for f in run.findings if f["severity"] == "error"]
    assert any(f["code"].startswith(code) for f in errors), [f["code"] for f in errors]
    assert all(f["clause"] and f["next_zh"] and f["message_zh"] for f in errors)
    assert "transfer_returned" in [i.kind for i in waiting_for(county.people["officer"])]
    assert not Record.objects.exists()


def test_a_mended_package_is_the_next_version_of_the_same_transfer(data_folder, tmp_path):
    county = the_archives_county()
    folder = make_package(tmp_path)
    spoilt = tmp_path / "spoilt" / folder.name
    shutil.copytree(folder, spoilt)
    break_missing(spoilt)
    send(county.people["officer"], zipped(spoilt))
    work()
    number = Transfer.objects.get().number
    # the manifest is unchanged, so its digest is: named by number it is still an attempt to mend
    mended = make_package(tmp_path / "mended", 3)
    send(county.people["officer"], zipped(mended), transfer=number)
    work()
    transfer = Transfer.objects.get()
    assert (transfer.version, transfer.state, transfer.items) == (2, "awaiting_acceptance", 3)


def claims_the_education_bureaus_fonds(folder):
    """The second record calls itself J015's, in its value and its code."""
    path = sorted(folder.rglob("元数据.XML"))[1]
    path.write_text(path.read_text("utf-8").replace("J012", "J015"), "utf-8")


def is_addressed_to_another_archives(folder):
    path = next(folder.rglob("说明文件.TXT"))
    path.write_bytes(path.read_bytes().replace("云溪县档案馆".encode(), "清江市档案馆".encode()))


def is_sent_by_a_unit_of_another_archives(folder):
    """The sender's name is that of a unit which transfers to the other archives only."""
    other = Institution.objects.get(code="QJ")
    act = Act(by=Operator(), channel="cli")
    register_institution(act, code="QJSL", name="清江市水利局", kind="unit", archives=other)
    path = next(folder.rglob("说明文件.TXT"))
    path.write_bytes(path.read_bytes().replace("云溪县民政局".encode(), "清江市水利局".encode()))


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (claims_the_education_bureaus_fonds, "another-fonds"),
        (is_addressed_to_another_archives, "for-another-archives"),
        (is_sent_by_a_unit_of_another_archives, "of-another-archives"),
    ],
)
def test_a_package_that_claims_anothers_is_refused_with_its_code_and_held(
    data_folder, tmp_path, spoil, code
):
    """FAULTS 33."""
    county = the_archives_county()
    folder = make_package(tmp_path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    spoil(folder)
    assert before != {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    data = zipped(folder)
    send(county.people["officer"], data)
    work()
    row, held = Reception.objects.get(), QuarantinedFile.objects.get()
    assert (row.state, [reason["code"] for reason in held.reasons]) == ("refused", [code])
    assert row.problem_zh and row.problem_en
    assert (data_folder / "quarantine" / held.sha512).read_bytes() == data
    assert not Transfer.objects.exists() and not Record.objects.exists()
    line = ingest_path(
        county.act("archivist"), folder, holder=county.archives, fonds="J012"
    )  # by the command: the same answer where the other fonds is registered
    assert line["verdict"] == "fail"
    if code != "another-fonds":
        assert [found["code"] for found in line["findings"]] == [code]


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"not an archive", "a.zip"), (b"PK\x03\x04broken", "b.zip"), (b"", "c.zip")],
)
def test_what_cannot_be_opened_goes_to_quarantine(data_folder, data, name):
    county = the_archives_county()
    _, answer = send(county.people["officer"], data, name)
    if answer.status_code != 202:
        assert answer.status_code == 422
        return
    work()
    row = Reception.objects.get()
    assert row.state == "refused" and row.problem_zh
    held = QuarantinedFile.objects.get()
    assert (held.name, held.holder) == (name, county.archives)
    assert (data_folder / "quarantine" / held.sha512).read_bytes() == data
    assert not row.source.exists()
    assert "reception_refused" in [i.kind for i in waiting_for(county.people["archivist"])]


def test_a_package_of_an_unknown_sender_is_refused_with_the_reason(data_folder, tmp_path):
    county = the_archives_county()
    folder = make_package(tmp_path)
    (folder / "说明文件.TXT").write_text("移交单位：某某局\n内容描述：x\n", "utf-8")
    for path in sorted(folder.rglob("*.XML")):
        path.write_text(path.read_text("utf-8").replace("J012", "Z999"), "utf-8")
    send(county.people["archivist"], zipped(folder))
    work()
    assert "请先登记该单位" in Reception.objects.get().problem_zh


def test_the_watched_folder_takes_what_is_whole(data_folder, tmp_path):
    the_archives_county()
    place = data_folder / "watched" / "YX"
    place.mkdir(parents=True)
    (place / "whole.zip").write_bytes(zipped(make_package(tmp_path)))
    (place / "still.zip").write_bytes(b"half")
    assert watch(None) == {"taken": []}
    (place / "whole.zip.ready").touch()
    assert watch(None) == {"taken": ["whole.zip"]}
    assert sorted(p.name for p in place.iterdir()) == ["still.zip"]
    work()
    assert Transfer.objects.get().channel == "watched"


def test_a_strangers_package_is_not_let_in(data_folder, tmp_path):
    county = the_archives_county()
    data = zipped(make_package(tmp_path))
    for who in ("clerk", "supervisor", "sysadmin"):
        _, answer = send(county.people[who], data)
        assert answer.status_code == 403
    assert Client().post("/api/v1/transfers", {}).status_code in {401, 403}
    assert not Reception.objects.exists()


def test_a_folder_that_is_no_package_is_in_the_register_and_two_people_release_it(data_folder):
    county = the_archives_county()
    folder = data_folder / "watched" / "YX" / "散件"
    folder.mkdir(parents=True)
    (folder / "随手.txt").write_text("不是移交信息包", "utf-8")
    (folder.parent / "散件.ready").touch()
    watch(None)
    work()
    row = QuarantinedFile.objects.get()
    assert (row.name, row.reasons[0]["code"]) == ("散件", "not-a-package")
    held = data_folder / "quarantine" / row.sha512
    (file,) = held.rglob("随手.txt")
    assert file.read_text("utf-8") == "不是移交信息包"
    ask_release(county.act("archivist", reason="误放"), file=row)
    release_file(county.act("archivist2"), file=row)
    found = list((data_folder / "incoming" / "released").rglob("随手.txt"))
    assert len(found) == 1
