"""`lantai doctor` tells when the disk reads far ahead of an index that memory does not hold."""

import os

import pytest

from lantai.access.search import examinations
from lantai.access.search.examinations import ReadAheadExamination, read_ahead_of


@pytest.fixture
def disk(tmp_path, monkeypatch):
    """A disk of which the index's folder is a partition; sets what it reads ahead."""
    index, device = tmp_path / "index", os.stat(tmp_path).st_dev
    index.mkdir()
    (index / "piece").write_bytes(b"\0" * 4096)
    partition = tmp_path / "vda" / "vda1"
    partition.mkdir(parents=True)
    (tmp_path / "vda" / "queue").mkdir()
    setting = tmp_path / "vda" / "queue" / "read_ahead_kb"
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / f"{os.major(device)}:{os.minor(device)}").symlink_to(partition)
    monkeypatch.setattr(
        examinations, "read_ahead_of", lambda folder: read_ahead_of(folder, tmp_path / "dev")
    )
    monkeypatch.setattr(examinations, "CONTAINER", tmp_path / "memory.max")
    monkeypatch.setattr(
        examinations, "settings", type("S", (), {"LANTAI": type("L", (), {"index_url": ""})})
    )
    examinations.settings.LANTAI.index_url = f"tantivy://{index}"
    return setting


def looked(memory, monkeypatch):
    pages = {"SC_PHYS_PAGES": memory // 4096, "SC_PAGE_SIZE": 4096}
    monkeypatch.setattr(examinations.os, "sysconf", pages.__getitem__)
    return list(ReadAheadExamination().look())


def test_a_large_index_on_a_disk_that_reads_far_ahead_is_told_with_what_to_do(disk, monkeypatch):
    disk.write_text("8192\n")
    (told,) = looked(4096, monkeypatch)
    assert told["code"] == "read-ahead" and "8192 KB" in told["message"]
    assert told["next"] == f"echo 128 > {disk}"


def test_nothing_is_told_where_it_does_not_matter(disk, monkeypatch):
    disk.write_text("128\n")
    assert looked(4096, monkeypatch) == []
    disk.write_text("8192\n")
    assert looked(4096 * 2, monkeypatch) == []  # memory holds the index, and as much again
    disk.unlink()
    assert looked(4096, monkeypatch) == []  # a disk that does not tell
    disk.write_text("abc")
    assert looked(4096, monkeypatch) == []
    disk.write_text("8192")
    examinations.settings.LANTAI.index_url = f"opensearch://{disk.parents[2]}/index"
    assert looked(4096, monkeypatch) == []


def test_a_container_that_may_use_little_is_told_too(disk, monkeypatch):
    disk.write_text("8192\n")
    assert looked(1 << 40, monkeypatch) == []
    examinations.CONTAINER.write_text("4096\n")
    assert [one["code"] for one in looked(1 << 40, monkeypatch)] == ["read-ahead"]
    examinations.CONTAINER.write_text("max\n")
    assert looked(1 << 40, monkeypatch) == []


def test_a_file_that_goes_while_it_is_counted_is_no_error(disk, monkeypatch):
    disk.write_text("8192\n")
    gone = disk.parents[2] / "index" / "gone"
    gone.symlink_to("nowhere")
    assert [one["code"] for one in looked(4096, monkeypatch)] == ["read-ahead"]
