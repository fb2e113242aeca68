"""FAULTS 4: the power is cut after every single call of a store operation: old or new, never a mix."""

from __future__ import annotations

import pytest

from lantai.core.ocfl.root import NewObject, OcflRoot
from lantai.core.ocfl.validator import validate
from lantai.engines.storage import _durable
from lantai.engines.storage.folder import FolderStorage
from tests.core.power_cut import recorded
from tests.core.test_ocfl_writer import HOW, ID, files

OLD, NEW = b"old" * 50, b"new" * 70


def read(disk, object_id=ID):
    """What an object says after the cut, mended as a start would; None when it is not there."""
    store = FolderStorage(disk / "store")
    root = OcflRoot(store)
    if not root.exists(object_id):
        return None
    root.repair(object_id)
    assert validate(store.root / root.path_of(object_id)).valid
    with root.open(object_id, "a") as stream:
        return stream.read()


def cut_everywhere(tmp_path, monkeypatch, act, object_ids=(ID,), among=""):
    """Every state that a cut can leave (after calls that name ``among``), and the last one."""
    seen, number = [], iter(range(100_000))
    monkeypatch.setattr(_durable, "_syncfs", lambda: None)
    with recorded(tmp_path / "disk", monkeypatch) as disk:

        def cut():
            if among not in disk.calls[-1]:
                return
            for names in (False, True):
                place = tmp_path / f"cut-{next(number)}"
                disk.leave(place, names=names)
                seen.append([read(place, one) for one in object_ids])

        disk.at_call = cut
        act()
    disk.leave(tmp_path / "end", names=False)
    return seen, [read(tmp_path / "end", one) for one in object_ids], disk


@pytest.fixture
def root(tmp_path):
    (tmp_path / "disk").mkdir()
    made = OcflRoot(FolderStorage(tmp_path / "disk" / "store"))
    made.create("urn:lantai:other", files(a=b"other"), **HOW)
    return made


def test_a_first_version_is_there_whole_or_not_at_all(root, tmp_path, monkeypatch):
    seen, end, disk = cut_everywhere(
        tmp_path, monkeypatch, lambda: root.create(ID, files(a=NEW, b__c=OLD), **HOW)
    )
    assert {one for (one,) in seen} <= {None, NEW} and end == [NEW]
    assert len(seen) > 30 and sum(call.startswith("rename") for call in disk.calls) == 1


def test_a_later_version_is_the_old_or_the_new_one(root, tmp_path, monkeypatch):
    root.create(ID, files(a=OLD), **HOW)
    seen, end, _ = cut_everywhere(
        tmp_path, monkeypatch, lambda: root.update(ID, files(a=NEW), **HOW)
    )
    assert {one for (one,) in seen} == {OLD, NEW} and end == [NEW]


def test_of_a_batch_each_is_there_whole_or_not_at_all(root, tmp_path, monkeypatch):
    names = [f"urn:lantai:{n}" for n in range(2)]
    requests = [NewObject(name, files(a=NEW), **HOW) for name in names]
    seen, end, _ = cut_everywhere(
        tmp_path, monkeypatch, lambda: list(root.create_many(requests)), names, "/store/"
    )
    assert {one for found in seen for one in found} <= {None, NEW} and end == [NEW] * 2


def test_the_record_itself_finds_a_missing_sync(root, tmp_path, monkeypatch):
    monkeypatch.setattr("lantai.engines.storage.folder.sync_tree", lambda top: None)
    with pytest.raises(Exception):  # noqa: B017 – whatever a file without its bytes does
        cut_everywhere(tmp_path, monkeypatch, lambda: root.create(ID, files(a=NEW), **HOW))
