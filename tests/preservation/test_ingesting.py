"""`lantai ingest`: a stated verdict for every file, and no crash."""

from __future__ import annotations

import json
import os

import pytest

from lantai.catalogue.records.models import Record
from lantai.cli.main import main
from lantai.core.checks.reading import EICAR
from lantai.core.proven_copy import LEAST
from lantai.foundation.refusal import Refusal
from lantai.preservation.depositing.place import open_object_file, storage
from lantai.preservation.ingesting import intake
from lantai.preservation.ingesting.ingest import ingest_path
from lantai.preservation.quarantine.models import QuarantinedFile
from lantai.preservation.quarantine.operations import ask_release, held_file, release_file
from tests.people import make_county

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "来料"
    (place / "下级").mkdir(parents=True)
    (place / "通知.txt").write_text("关于发放救济款的通知", "utf-8")
    (place / "下级" / "名单.csv").write_text("姓名,金额\n甲,1\n", "utf-8")
    (place / "空.txt").write_bytes(b"")
    (place / "坏.pdf").write_bytes(b"%PDF-1.4\nbroken")
    return place


def test_every_file_of_a_plain_folder_has_a_verdict(data_folder, folder):
    county = make_county()
    line = ingest_path(county.act("archivist"), folder, holder=county.archives, fonds="J012")
    told = {finding["path"] for finding in line["findings"]}
    assert {"通知.txt", "下级/名单.csv", "空.txt", "坏.pdf"} <= told
    kept = set(Record.objects.values_list("title", flat=True))
    assert {"通知", "名单"} <= kept
    held = set(QuarantinedFile.objects.values_list("name", flat=True))
    assert "空.txt" in held
    assert len(kept) + len(held) == 4
    assert line["records"] == len(kept)


def test_findings_beyond_the_most_are_counted_and_count(data_folder, folder, monkeypatch):
    county = make_county()
    monkeypatch.setattr(intake, "TOLD", 1)
    line = ingest_path(county.act("archivist"), folder, holder=county.archives)
    codes = [finding["code"] for finding in line["findings"]]
    assert len(codes) == len(set(codes))
    assert (line["verdict"], line["not_shown"] > 0) == ("fail", True)


def test_again_is_harmless(data_folder, folder):
    county = make_county()
    act = county.act("archivist")
    first = ingest_path(act, folder, holder=county.archives)
    again = ingest_path(act, folder, holder=county.archives)
    assert (first["deposit"], first["records"]) == (again["deposit"], again["records"])
    assert Record.objects.count() == first["records"]


def test_an_empty_installation_gets_an_archives_of_its_own(data_folder, folder, capsys):
    code = main(["ingest", str(folder / "通知.txt"), str(folder / "没有"), "--json"])
    told = capsys.readouterr()
    lines = [json.loads(line) for line in told.out.splitlines()]
    assert lines, told.err
    assert [line["verdict"] for line in lines] == ["pass", "unreadable"]
    assert code == 1
    record = Record.objects.get()
    assert (record.holder.name, record.fonds.code) == ("本馆", "Z001")


def test_release_needs_two_different_people(data_folder, folder):
    county = make_county()
    ingest_path(county.act("archivist"), folder, holder=county.archives)
    row = QuarantinedFile.objects.get(name="空.txt")
    assert held_file(row).exists()
    with pytest.raises(Refusal, match="理由"):
        ask_release(county.act("archivist"), file=row)
    ask_release(county.act("archivist", reason="误判"), file=row)
    with pytest.raises(Refusal, match="两人"):
        release_file(county.act("archivist"), file=row)
    with pytest.raises(Refusal):
        release_file(county.act("other_archivist"), file=row)
    released = release_file(county.act("archivist2"), file=row)
    assert released.state == "released"
    assert (data_folder / "incoming/released" / row.sha512[:16] / "空.txt").exists()


def test_a_large_file_is_copied_as_it_is_read_and_nothing_is_left_beside(data_folder, tmp_path):
    county = make_county()
    source = tmp_path / "录像"
    source.mkdir()
    data = os.urandom(LEAST + 1)
    (source / "会议.bin").write_bytes(data)
    (source / "病毒.bin").write_bytes(EICAR + bytes(LEAST))
    line = ingest_path(county.act("archivist"), source, holder=county.archives)
    record = Record.objects.get()
    with open_object_file(record.object_id, "content/会议.bin") as stream:
        assert stream.read() == data
    assert (line["verdict"], line["records"]) == ("fail", 1)
    assert QuarantinedFile.objects.get().name == "病毒.bin"
    assert list(storage().staging.iterdir()) == []
