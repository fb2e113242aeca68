"""FAULTS 9–13: full disks, read-only disks, syncs that fail, blocks that can not be read."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from lantai.core.storage.port import StorageFailure
from lantai.engines.storage.folder import FolderStorage
from lantai.foundation.policy import Operator
from lantai.foundation.work import Act
from lantai.preservation.fixity_audit.running import run_audit
from lantai.preservation.replication.operations import register_store
from lantai.preservation.replication.replicating import replicate
from lantai.preservation.replication.stores import forget_opened
from tests.installation import Lantai, papers
from tests.people import make_county
from tests.preservation.faults.rig import prepared, small_disk, whole, with_fault
from tests.preservation.test_depositing import deposit, make_items

PATIENCE = int(os.environ.get("LANTAI_FAULT_SECONDS", "60"))
OPERATOR = Act(by=Operator(), channel="cli")


def fail_then_go_on(folder: Path, call: str, at: int, number: int, *, once: bool) -> str:
    """Take papers in on a failing disk, then on a good one; how the first ended."""
    lantai = prepared(folder)
    source = papers(folder / "来料", 6)
    failing = with_fault(lantai, call, at, number, below=lantai.data, once=once)
    try:
        done = failing.call("ingest", str(source), "--json", timeout=PATIENCE)
    except subprocess.TimeoutExpired as waiting:  # it waits for room, as a job would
        done = subprocess.CompletedProcess([], 1, "", (waiting.stderr or b"").decode())
    assert "Traceback" not in done.stderr, done.stderr
    if done.returncode == 0:  # either it got round the fault, or everything is there
        assert json.loads(done.stdout.splitlines()[-1])["verdict"] in {"pass", "fail"}
    else:
        assert (done.stderr + done.stdout).strip(), "the cause is named"
    assert lantai.json("ingest", str(source))["records"] == 6
    whole(lantai, 6)
    return f"{call} {at}: {done.returncode}"


def test_09_a_disk_that_fills_up_half_way_loses_nothing(tmp_path):
    fail_then_go_on(tmp_path, "write", 40, errno.ENOSPC, once=False)


@pytest.mark.soak
def test_12_a_sync_that_fails_once_is_never_taken_for_done(tmp_path):
    fail_then_go_on(tmp_path, "fsync", 3, errno.EIO, once=True)


@pytest.mark.soak
@pytest.mark.parametrize(
    "at", [1, 2, 3, 5, 8, 12, 17, 23, 30, 38, 47, 57, 68, 80, 93, 110, 130, 160, 200]
)
def test_09_10_disk_full_at_every_write_point(tmp_path, at):
    print(fail_then_go_on(tmp_path, "write", at, errno.ENOSPC, once=False))


@pytest.mark.soak
@pytest.mark.parametrize("at", range(1, 13))
def test_12_each_sync_fails_once(tmp_path, at):
    print(fail_then_go_on(tmp_path, "fsync", at, errno.EIO, once=True))


@pytest.mark.soak
@pytest.mark.parametrize("part", ["storage", "index", "lantai.db", "logs", "incoming"])
def test_10_disk_full_in_one_part_of_the_data_folder(tmp_path, part):
    """The ledger is never silently dropped: what could not be told was not done."""
    lantai = prepared(tmp_path)
    source = papers(tmp_path / "来料", 6)
    below = lantai.data / part
    failing = with_fault(lantai, "write", 1, errno.ENOSPC, below=below, once=False)
    try:
        done = failing.call("ingest", str(source), "--json", timeout=PATIENCE)
        assert "Traceback" not in done.stderr
    except subprocess.TimeoutExpired:
        pass  # it waits for room, as a job would
    before = lantai.json("audit", "verify")
    assert before["ok"], before["findings"]
    assert lantai.json("ingest", str(source))["records"] == 6
    whole(lantai, 6)


@pytest.mark.soak
def test_09_a_small_file_system_fills_and_work_resumes_when_there_is_room(tmp_path):
    with small_disk(tmp_path / "小盘", 12) as disk:
        lantai = Lantai(disk / "data")
        lantai.json("init")
        source = tmp_path / "来料"
        source.mkdir()
        for n in range(16):
            (source / f"大{n:02d}.txt").write_text(f"{n}" + "云" * 350_000, "utf-8")
        try:
            done = lantai.call("ingest", str(source), "--json", timeout=PATIENCE)
            assert done.returncode
            assert "Traceback" not in done.stderr
        except subprocess.TimeoutExpired as waiting:  # it waits for room
            assert "满" in (waiting.stderr or b"").decode()
        subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
        assert lantai.json("ingest", str(source))["records"] == 16
        whole(lantai, 16)


def test_11_a_store_that_became_read_only_fails_at_once_and_records_nothing(tmp_path):
    with small_disk(tmp_path / "盘", 8) as disk:
        store = FolderStorage(disk / "store", disk / "staging")
        staged = store.new_staging()
        (staged / "a").write_bytes(b"1")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(StorageFailure, match="Read-only"):
            store.move_in(staged, "x")
        with pytest.raises(StorageFailure, match="Read-only"):
            store.write("y", b"")
        assert not store.exists("x")
        assert not store.exists("y")


@pytest.mark.soak
@pytest.mark.parametrize("number", [errno.ESTALE, errno.ENOTCONN])
def test_11_a_stale_mount_fails_at_once_and_what_is_there_is_there_when_it_is_back(
    tmp_path, number
):
    """The answers of a network mount, given by the shim to every call that names a path on it."""
    lantai = prepared(tmp_path)
    source = papers(tmp_path / "来料", 4)
    assert lantai.json("ingest", str(source / "通知0000.txt"))["records"] == 1
    stale = with_fault(lantai, "reach", 1, number, below=lantai.data / "storage/ocfl", once=False)
    done = stale.call("ingest", str(source), "--json", timeout=PATIENCE)
    assert done.returncode
    assert "Traceback" not in done.stderr
    assert os.strerror(number) in done.stderr + done.stdout
    assert lantai.json("ingest", str(source))["records"] == 4
    whole(lantai, 5)


def test_11_a_mount_that_went_away_is_not_taken_for_an_empty_store(tmp_path):
    """The bare mount point must not become a second store; the copies' stores likewise."""
    lantai = prepared(tmp_path)
    source = papers(tmp_path / "来料", 6)
    shutil.rmtree(lantai.data / "storage/ocfl", ignore_errors=True)
    with small_disk(lantai.data / "storage/ocfl", 16) as mount:
        assert lantai.json("ingest", str(source / "通知0000.txt"))["records"] == 1
        there = tmp_path / "同一个盘"
        there.mkdir()
        subprocess.run(["mount", "--bind", str(mount), str(there)], check=True)
        try:
            subprocess.run(["umount", str(mount)], check=True)
            done = lantai.call("ingest", str(source), "--json", timeout=PATIENCE)
            assert done.returncode
            assert "Traceback" not in done.stderr
            assert "挂载" in done.stderr + done.stdout
            assert not list(mount.iterdir()), "a store was begun on the bare mount point"
            subprocess.run(["mount", "--bind", str(there), str(mount)], check=True)
        finally:
            subprocess.run(["umount", "-l", str(there)], check=False)
        assert lantai.json("ingest", str(source))["records"] == 6
        whole(lantai, 7)


@pytest.mark.django_db
def test_11_a_copys_mount_that_went_away_is_told_of_and_not_filled_anew(data_folder, tmp_path):
    county = make_county()
    deposit(county, make_items(tmp_path / "a", 3))
    register_store(OPERATOR, code="hill", name="后山", url=str(tmp_path / "hill"), place="后山")
    replicate(OPERATOR)
    (tmp_path / "hill").rename(tmp_path / "away")
    (tmp_path / "hill").mkdir()  # the bare mount point
    forget_opened()
    run = run_audit(OPERATOR)
    assert run.away, run.findings
    replicate(OPERATOR)
    assert not [path for path in (tmp_path / "hill").rglob("*") if path.is_file()]
    (tmp_path / "hill").rmdir()
    (tmp_path / "away").rename(tmp_path / "hill")
    forget_opened()
    assert (run_audit(OPERATOR).faults, run_audit(OPERATOR).copies) == (0, 3)


class _Unreadable:
    """A stream whose medium fails at the second block."""

    def __init__(self, stream):
        self.stream, self.reads = stream, 0

    def read(self, size=-1):
        self.reads += 1
        raise OSError(errno.EIO, "Input/output error")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()


@pytest.mark.soak
def test_13_half_of_each_call_done_and_a_fifth_interrupted_changes_nothing(tmp_path):
    """Short reads and writes and EINTR: of the sources, the store, the database and the ledger."""
    lantai = prepared(tmp_path)
    source = papers(tmp_path / "来料", 6)
    failing = with_fault(lantai, "short", 1, errno.EINTR, below=tmp_path, once=False)
    assert failing.json("ingest", str(source))["records"] == 6
    whole(failing, 6)
    assert failing.json("fixity", "run")["ok"]
    whole(lantai, 6)


@pytest.mark.django_db
def test_13_a_block_that_can_not_be_read_flags_the_object_and_is_mended_from_a_copy(
    data_folder, tmp_path, monkeypatch
):
    county = make_county()
    deposit(county, make_items(tmp_path / "a", 3))
    register_store(OPERATOR, code="hill", name="后山", url=str(tmp_path / "hill"), place="后山")
    replicate(OPERATOR)
    real, left = FolderStorage.open, [1]

    def bad(self, path):
        stream = real(self, path)
        if path.endswith("通知2.txt") and str(data_folder) in str(self.root) and left[0]:
            left[0] -= 1
            return _Unreadable(stream)
        return stream

    monkeypatch.setattr(FolderStorage, "open", bad)
    run = run_audit(OPERATOR)
    assert [(f["code"], f["repaired"]) for f in run.findings] == [("file-unreadable", True)]
    assert run_audit(OPERATOR).faults == 0
