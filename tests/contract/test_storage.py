import os

import pytest

from lantai.core.storage.locate import open_storage
from lantai.core.storage.port import StorageFailure
from lantai.engines.storage.folder import FolderStorage
from tests.contract.storage_suite import StorageContract


class TestFolderStorage(StorageContract):
    @pytest.fixture
    def store(self, tmp_path):
        return FolderStorage(tmp_path / "store")


class TestFolderStorageWithStagingInside(StorageContract):
    @pytest.fixture
    def store(self, tmp_path):
        root = tmp_path / "store"
        return FolderStorage(root, root / "extensions" / "lantai-staging")


def test_an_address_finds_its_store(tmp_path):
    url = (tmp_path / "存").as_uri().replace("file:", "folder:")
    store = open_storage(url)
    assert isinstance(store, FolderStorage)
    assert store.root == tmp_path / "存"
    assert isinstance(open_storage(str(tmp_path / "裸路径")), FolderStorage)


def test_an_unknown_scheme_is_named():
    with pytest.raises(StorageFailure, match="gopher"):
        open_storage("gopher://x")


def test_a_failed_fsync_fails_the_move_and_shows_nothing(tmp_path, monkeypatch):
    store = FolderStorage(tmp_path / "s")
    staged = store.new_staging()
    (staged / "a").write_bytes(b"1")

    def broken(handle):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(StorageFailure, match="Input/output"):
        store.move_in(staged, "x")
    assert not store.exists("x")


def test_a_full_disk_is_named_and_the_old_file_stays(tmp_path, monkeypatch):
    store = FolderStorage(tmp_path / "s")
    store.write("f", b"old")
    real = os.fsync
    calls = []

    def full(handle):
        calls.append(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFailure, match="No space"):
        store.write("f", b"new")
    monkeypatch.setattr(os, "fsync", real)
    with store.open("f") as stream:
        assert stream.read() == b"old"
    assert calls


def test_old_staging_is_swept_and_young_is_kept(tmp_path):
    store = FolderStorage(tmp_path / "s")
    old, young = store.new_staging(), store.new_staging()
    os.utime(old, (1, 1))
    assert store.sweep_staging() == 1
    assert young.exists()
    assert not old.exists()
