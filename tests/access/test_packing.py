"""A package goes in and packages come out: files, description, history and signatures stay."""

from __future__ import annotations

import json

import pytest

from lantai.access.exporting.packing import HeldRecords
from lantai.catalogue.records.models import Record
from lantai.catalogue.records.queries import records_for
from lantai.cli.main import main
from lantai.core.checks.runner import check_path
from lantai.core.packages.bag import validate_bag
from lantai.core.packages.eark import validate_eark
from lantai.core.packages.eep import check_eep_signatures
from lantai.core.packages.opening import open_package
from lantai.core.packages.records import PackageRecords
from lantai.foundation.policy import Anonymous
from lantai.preservation.depositing.items import DESCRIPTION
from lantai.preservation.depositing.place import open_object_file
from lantai.preservation.depositing.queries import process_of
from lantai.preservation.ingesting.ingest import ingest_path
from tests.conformance.dat70.maker import NOTE, PEOPLE, sound
from tests.people import make_county

pytestmark = pytest.mark.django_db


def take_in(county, path, fonds="Z109"):
    line = ingest_path(county.act("archivist"), path, holder=county.archives, fonds=fonds)
    assert (line["verdict"], line["records"]) == ("pass", 2)
    return list(Record.objects.order_by("reference_code"))


def test_what_came_before_is_kept_shown_and_given_out_again(data_folder, tmp_path, client, capsys):
    county = make_county()
    source = sound(tmp_path / "Z109-2024-001", 2).write()
    rows = take_in(county, source)
    for row in rows:
        assert [event["act"] for event in process_of(row)] == list(PEOPLE)
    came = (source / "Z109/WS/2024/D30/办公室" / rows[0].reference_code / "元数据.XML").read_bytes()
    with open_object_file(rows[0].object_id, "metadata/received/元数据.XML") as kept:
        assert kept.read() == came

    address = f"/records/{rows[0].uid}/?tab=life"
    client.force_login(county.people["archivist"])
    page = client.get(address).content.decode()
    assert "入馆以前的经过" in page and "李四" in page and "2024-03-05 09:00" in page

    capsys.readouterr()
    call = ["export", "--fonds", "Z109", "--unit", "云溪县档案馆", "--json"]
    for form in ("transfer", "bagit", "eep", "eark-dip"):
        assert main([*call, "--format", form, "--out", str(tmp_path / form)]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["rows"], told["files"]) == (2, 4)
    assert validate_bag(tmp_path / "bagit").errors == []
    assert all(not validate_eark(one).errors for one in (tmp_path / "eark-dip").iterdir())
    for form in ("transfer", "bagit", "eep"):
        assert check_path(tmp_path / form).verdict == "pass"
        with open_package(tmp_path / form) as package:
            records = PackageRecords(package)
            for item in records:
                assert [event.act for event in item.events] == list(PEOPLE)
                assert NOTE in [records.open(file).read() for file in item.files]
    assert main([*call, "--format", "eep"]) == 2


def test_the_signatures_of_an_eep_are_still_there_to_be_verified(data_folder, tmp_path):
    county = make_county()
    source = sound(tmp_path / "Z109-2024-001", 2).write()
    call = ["package", "write", str(source), "--as", "eep", "--out", str(tmp_path / "eep")]
    assert main([*call, "--keys", str(tmp_path / "one"), "--keys", str(tmp_path / "two")]) == 0
    rows = take_in(county, tmp_path / "eep")
    name = f"{rows[0].reference_code}.xml"
    with open_object_file(rows[0].object_id, f"metadata/received/{name}") as kept:
        (tmp_path / "kept.xml").write_bytes(kept.read())
    found = check_eep_signatures(tmp_path / "kept.xml")
    assert [one.verdict for one in found] == ["intact", "intact"]


def test_who_reads_as_the_public_packs_nothing_that_is_closed(data_folder, tmp_path):
    county = make_county()
    take_in(county, sound(tmp_path / "Z109-2024-001", 2).write())
    rows = records_for(Anonymous()).order_by("pk")
    assert list(HeldRecords(Anonymous(), iter(rows), "x")) == []


def test_an_object_without_history_tells_none(data_folder, tmp_path):
    county = make_county()
    (tmp_path / "通知.txt").write_text("关于防汛的通知", "utf-8")
    ingest_path(county.act("archivist"), tmp_path / "通知.txt", holder=county.archives)
    row = Record.objects.get()
    with open_object_file(row.object_id, DESCRIPTION) as stream:
        assert "events" not in json.load(stream)
    assert process_of(row) == []
    row.object_id = "urn:lantai:none:none"
    assert process_of(row) == []
