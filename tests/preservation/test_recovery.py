"""Backup and restore: one committed moment comes back whole, or the file at fault is named."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from lantai.preservation.depositing.place import storage_root
from lantai.preservation.recovery.backup import make_backup
from lantai.preservation.recovery.manifest import BackupRefused
from lantai.preservation.recovery.restoring import NotEmpty, lay_down
from tests.installation import Lantai, papers
from tests.people import make_county
from tests.preservation.test_depositing import deposit, make_items


@pytest.fixture
def kept(transactional_db, data_folder, tmp_path):
    """A county with four records, backed up once."""
    (data_folder / "keys").mkdir(mode=0o700)
    county = make_county()
    deposit(county, make_items(tmp_path / "a", 4))
    county.target = tmp_path / "异地"
    county.figures = make_backup(str(county.target))
    return county


def objects_of(figures):
    return figures["objects"], figures["objects_copied"], figures["objects_held"]


def test_a_second_backup_copies_only_what_is_new(kept, tmp_path):
    assert kept.figures["ok"]
    assert objects_of(kept.figures) == (4, 4, 0)
    deposit(kept, make_items(tmp_path / "b", 2, "J012-WS·2021-Y-BGS"), accession="A2")
    assert objects_of(make_backup(str(kept.target))) == (6, 2, 4)


def test_what_is_laid_down_is_what_was_there(kept, tmp_path):
    laid = lay_down(str(kept.target), tmp_path / "空机")
    assert (laid.objects, laid.signature, laid.keys) == (4, "holds", "missing")
    ours = storage_root()
    for object_id in ours.object_ids():
        place = tmp_path / "空机/storage/ocfl" / ours.path_of(object_id)
        for name in ours.storage.walk(ours.path_of(object_id)):
            twin = place / name.removeprefix(f"{ours.path_of(object_id)}/")
            with ours.storage.open(name) as stream:
                assert twin.read_bytes() == stream.read(), name
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(tmp_path / "空机/lantai.db")) as database:
            assert database.execute("SELECT COUNT(*) FROM catalogue_record").fetchone() == (4,)


def test_an_earlier_backup_can_be_chosen(kept, tmp_path):
    deposit(kept, make_items(tmp_path / "b", 1, "J012-WS·2021-Y-BGS"), accession="A2")
    make_backup(str(kept.target))
    first = kept.figures["backup"]
    assert lay_down(str(kept.target), tmp_path / "旧", backup=first).objects == 4
    assert lay_down(str(kept.target), tmp_path / "新").objects == 5


def test_a_folder_in_use_is_not_restored_into(kept, tmp_path):
    place = tmp_path / "在用"
    place.mkdir()
    (place / "lantai.db").write_bytes(b"x")
    with pytest.raises(NotEmpty):
        lay_down(str(kept.target), place)
    assert (place / "lantai.db").read_bytes() == b"x"


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)


@pytest.mark.parametrize(
    "pattern",
    ["ocfl/**/通知1.txt", "ocfl/**/inventory.json", "ocfl/**/v1/inventory.json", "ocfl/**/*.sha512", "backups/*/manifest.jsonl",
     "backups/*/backup.json", "backups/*/ledger/segment-000001.jsonl", "backups/*/lantai.*"],
)  # fmt: skip
def test_a_tampered_backup_is_refused_and_the_file_named(kept, tmp_path, pattern):
    path = next(p for p in sorted(kept.target.glob(pattern)) if p.is_file())
    flip(path)
    with pytest.raises(BackupRefused) as refused:
        lay_down(str(kept.target), tmp_path / "空机")
    assert refused.value.path.endswith(path.name)
    assert list((tmp_path / "空机").iterdir()) == []


def test_an_object_damaged_at_home_is_not_passed_on(kept, tmp_path):
    deposit(kept, make_items(tmp_path / "b", 2, "J012-WS·2021-Y-BGS"), accession="A2")
    home = storage_root().storage.root
    bad = next(home.rglob("通知2.txt"))
    flip(bad)
    figures = make_backup(str(tmp_path / "另处"))
    assert not figures["ok"]
    assert [f["path"] for f in figures["findings"]] == [str(bad.relative_to(home))]
    assert figures["objects"] == 5


def backed_up_while_taking_in(folder: Path, count: int):
    """An installation whose ingest of so many papers was backed up again and again."""
    home = Lantai(folder / "本馆")
    home.json("init")
    source = papers(folder / "来料", count)
    ingest = home.begin("ingest", str(source))
    backups = []
    while ingest.poll() is None:
        backups.append(home.json("backup", str(folder / "异地")))
    assert ingest.wait() == 0
    return home, source, backups


@pytest.mark.soak
def test_a_backup_in_the_midst_of_an_ingest_restores_to_one_moment(tmp_path):
    """FAULTS 19 and 20: real processes; an empty machine, one copy, and the keys."""
    home, _, backups = backed_up_while_taking_in(tmp_path, 40)
    chosen = next((b for b in backups if b["objects_later"] or 0 < b["objects"] < 40), backups[-1])
    empty = Lantai(tmp_path / "空机")
    told = empty.json(
        "restore", str(tmp_path / "异地"), "--backup", chosen["backup"], "--no-index",
        "--keys", str(home.data / "keys"),
    )  # fmt: skip
    assert told["ok"], told["findings"]
    assert told["objects"] == told["records"] == chosen["objects"]
    assert told["keys"] == "given"
    assert told["ledger"]["entries"] == chosen["point"]["sequence"]
    assert told["invariants"] == {"I1": True, "I2": True, "I3": True}
    assert 0 < told["rto_seconds"] < 100
    assert told["rpo_seconds"] > 0


@pytest.mark.soak
def test_every_backup_of_a_heavy_ingest_restores_and_the_work_goes_on(tmp_path):
    home, source, backups = backed_up_while_taking_in(tmp_path, 1_000)
    for number, made in enumerate(backups):
        there = Lantai(tmp_path / f"空机{number}")
        told = there.json("restore", str(tmp_path / "异地"), "--backup", made["backup"])
        assert told["ok"], told["findings"]
        assert told["records"] == made["objects"]
        assert there.json("ingest", str(source))["records"] == 1_000  # nothing twice
        assert there.json("reconcile")["ok"]
    drill = home.json("restore", str(tmp_path / "异地"), "--drill", "--from-storage")
    assert drill["from"] == "storage"
    assert drill["records"] == backups[-1]["objects"]
    with closing(sqlite3.connect(home.data / "lantai.db")) as database:
        (figures,) = database.execute("SELECT figures FROM preservation_restoredrill").fetchone()
    assert json.loads(figures)["ok"]
    print(json.dumps({"backups": len(backups), "rto": told["rto_seconds"]}))
