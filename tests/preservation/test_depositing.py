"""Depositing: files become objects, objects become records; twice is once."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from lantai.catalogue.records.models import Component, PageText, Record
from lantai.core.storage.port import StorageFailure
from lantai.foundation.jobs.tasks_shelf import RetryLater
from lantai.foundation.ledger.models import LedgerEntry
from lantai.preservation.depositing import waiting
from lantai.preservation.depositing.items import (
    DepositFile,
    DepositItem,
    StoredItem,
    logical_paths,
    uid_of,
)
from lantai.preservation.depositing.models import Deposit
from lantai.preservation.depositing.operations import CodeTaken, NotStored, register_deposit
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.depositing.queries import component_file, open_component
from lantai.preservation.depositing.storing import store_items
from tests.people import make_county

pytestmark = pytest.mark.django_db


def make_items(folder: Path, count: int = 3, code: str = "J012-WS·2020-Y-BGS") -> list[DepositItem]:
    """Small records of a text file each."""
    folder.mkdir(parents=True, exist_ok=True)
    items = []
    for n in range(1, count + 1):
        path = folder / f"通知{n}.txt"
        path.write_text(f"云溪县民政局关于第{n}号救济款发放的通知\n", "utf-8")
        values = {
            "title": f"关于第{n}号救济款发放的通知",
            "reference_code": f"{code}-{n:04d}",
            "date": "20200301",
            "retention": "Y",
            "fonds": "J012",
            "keywords": "救济",
            "creator": "云溪县民政局",
            "item_no": f"{n:04d}",
            "organ": "BGS",
            "year": "2020",
            "record_class": "WS",
        }
        items.append(DepositItem(f"item-{n}", values, files=[DepositFile(path, path.name)]))
    return items


def deposit(county, items, accession="A1", **more):
    stored = store_items(holder=county.archives, accession=accession, items=items)
    return register_deposit(
        county.act("archivist"), fonds=county.fonds, accession=accession, stored=stored, **more
    )


def test_what_is_deposited_is_there_as_object_record_component_and_text(data_folder, tmp_path):
    county = make_county()
    row = deposit(county, make_items(tmp_path / "in"), creating_unit=county.unit)
    assert row.number.endswith("-000001")
    assert (row.items, row.files, row.complete) == (3, 3, True)
    record = Record.objects.get(reference_code="J012-WS·2020-Y-BGS-0002")
    assert record.deposit == row.number
    assert record.object_id == f"urn:lantai:YX:{record.uid}"
    assert record.creating_unit == county.unit
    component = record.components.get()
    assert open_component(component).read().decode().startswith("云溪县民政局关于第2号")
    assert component_file(component).name == "通知2.txt"
    assert component.puid
    assert "第2号救济款" in PageText.objects.get(component=component).text
    entry = LedgerEntry.objects.filter(event="ingestion").latest("sequence")
    assert {row.urn, record.urn} <= set(entry.subjects)


def test_nothing_is_visible_before_it_is_registered(data_folder, tmp_path):
    county = make_county()
    stored = store_items(holder=county.archives, accession="A1", items=make_items(tmp_path / "in"))
    assert all(storage_root().exists(item.object_id) for item in stored)
    assert not Record.objects.exists()
    assert not Deposit.objects.exists()


def test_twice_is_one_object_and_one_record(data_folder, tmp_path):
    county = make_county()
    items = make_items(tmp_path / "in")
    first = deposit(county, items)
    again = store_items(holder=county.archives, accession="A1", items=items)
    assert not any(item.new for item in again)
    second = register_deposit(
        county.act("archivist"), fonds=county.fonds, accession="A1", stored=again
    )
    assert first.pk == second.pk
    assert second.items == Record.objects.count() == PageText.objects.count() == 3
    assert len(list(storage_root().object_ids())) == 3


def test_a_deposit_goes_in_group_by_group(data_folder, tmp_path):
    county = make_county()
    items = make_items(tmp_path / "in")
    part = deposit(county, items[:2], complete=False)
    assert not part.complete
    whole = deposit(county, items)
    assert (whole.pk, whole.items, whole.complete) == (part.pk, 3, True)


def test_a_reference_code_in_use_is_refused_by_name(data_folder, tmp_path):
    county = make_county()
    deposit(county, make_items(tmp_path / "in"))
    with pytest.raises(CodeTaken, match="J012-WS·2020-Y-BGS-0001"):
        deposit(county, make_items(tmp_path / "in2"), accession="A2")
    assert Record.objects.count() == 3
    assert Deposit.objects.count() == 1
    assert LedgerEntry.objects.latest("sequence").outcome == "failure"


def test_changed_bytes_under_the_same_key_are_no_silent_second_copy(data_folder, tmp_path):
    county = make_county()
    items = make_items(tmp_path / "in")
    deposit(county, items)
    items[1].files[0].source.write_text("改过了", "utf-8")
    again = store_items(holder=county.archives, accession="A1", items=items)
    assert [bool(item.problem) for item in again] == [False, True, False]
    with pytest.raises(NotStored, match="item-2"):
        register_deposit(county.act("archivist"), fonds=county.fonds, accession="A1", stored=again)


def test_names_are_kept_and_paths_kept_apart(data_folder, tmp_path):
    files = [
        DepositFile(tmp_path, "附件/正文.OFD"),
        DepositFile(tmp_path, "附件/正文.ofd"),
        DepositFile(tmp_path, "附件"),
        DepositFile(tmp_path, "../../etc/passwd"),
        DepositFile(tmp_path, "\udcd6\udcd0.txt"),
    ]
    assert logical_paths(files) == [
        "content/附件/正文.OFD",
        "content/00002/附件/正文.ofd",
        "content/00003/附件",
        "content/etc/passwd",
        "content/%D6%D0.txt",
    ]


def test_an_item_whose_file_is_gone_stops_no_other(data_folder, tmp_path):
    county = make_county()
    items = make_items(tmp_path / "in")
    items[0].files[0].source.unlink()
    stored = store_items(holder=county.archives, accession="A1", items=items)
    assert [bool(item.problem) for item in stored] == [True, False, False]


def test_an_unreadable_file_is_kept_with_a_warning(data_folder, tmp_path):
    county = make_county()
    bad = tmp_path / "坏.pdf"
    bad.write_bytes(b"%PDF-1.7\n\x00\xff broken")
    deposit(county, [DepositItem("k", {"title": "坏"}, files=[DepositFile(bad, bad.name)])])
    component = Component.objects.get()
    assert component.details["warning"]
    assert open_component(component).read() == bad.read_bytes()


def test_a_full_disk_puts_the_job_off(data_folder, tmp_path, monkeypatch):
    county = make_county()

    def full(*_, **__):
        raise StorageFailure("x") from OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage_root().storage, "new_staging", full)
    with pytest.raises(RetryLater, match="存储空间已满"):
        store_items(holder=county.archives, accession="A1", items=make_items(tmp_path / "in"))
    assert not Record.objects.exists()


def test_what_waits_to_be_registered_comes_back_as_it_was(monkeypatch):
    monkeypatch.setattr(waiting, "AT_ONCE", 2)
    items = [
        StoredItem(key, uid_of("A", key), f"urn:x:{number}",
                   {"accession": "A", "values": {"title": key}, "components": []},
                   {"content/a.txt": [(1, "字")]}, bool(number % 2))
        for number, key in enumerate(("甲", "乙", "丙\n丁"))
    ]  # fmt: skip
    with waiting.Waiting() as held:
        held.put(items[:1])
        held.put(items[1:])
        groups = list(held.groups())
    assert [len(group) for group in groups] == [2, 1]
    assert [item for group in groups for item in group] == items
