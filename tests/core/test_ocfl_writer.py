import datetime as dt
import json
import logging

import pytest

from lantai.core.fixity import digest_bytes
from lantai.core.ocfl import object as stored
from lantai.core.ocfl.inventory import BadLogicalPath, User
from lantai.core.ocfl.root import (
    NewFile,
    NewObject,
    ObjectExists,
    ObjectMissing,
    OcflRoot,
    RootNotUnderstood,
)
from lantai.core.ocfl.staging import StagedWrong
from lantai.core.storage.port import StorageFailure
from lantai.engines.storage.folder import FolderStorage

ID = "urn:lantai:0001-WS·2024-永久-0001"
WHEN = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
WHO = User("王档案", "mailto:wang@example.org")
HOW = {"message": "入库", "user": WHO, "created": WHEN}


@pytest.fixture
def store(tmp_path):
    return FolderStorage(tmp_path / "root")


@pytest.fixture
def root(store):
    return OcflRoot(store)


def files(**named):
    return [NewFile(name.replace("__", "/"), data) for name, data in named.items()]


def oracle_says_valid(store):
    """The community's own validator, quiet, on every object."""
    from ocfl.storage_root import StorageRoot

    logging.disable(logging.CRITICAL)
    try:
        return StorageRoot(root=str(store.root)).validate() and all(
            judged_by_oracle(store.root / path) for path in store.find_marked("", "0=ocfl_object_")
        )
    finally:
        logging.disable(logging.NOTSET)


def judged_by_oracle(path):
    from ocfl.object import Object

    passed, log = Object().validate(str(path))
    assert passed, log
    return passed


def test_an_object_with_chinese_names_is_what_ocfl_py_calls_valid(root, store):
    made = root.create(
        ID,
        [NewFile("正文/关于印发《办法》的通知.ofd", b"OFD"), NewFile("元数据.xml", b"<a/>")],
        **HOW,
    )
    assert (made.version, made.new) == ("v1", True)
    assert oracle_says_valid(store)
    with root.open(ID, "正文/关于印发《办法》的通知.ofd") as stream:
        assert stream.read() == b"OFD"
    inventory = root.read_inventory(ID)
    assert inventory.id == ID
    sm3 = digest_bytes(b"OFD").values["sm3"]
    assert inventory.fixity["sm3"][sm3] == ["v1/content/正文/关于印发《办法》的通知.ofd"]
    assert list(root.object_ids()) == [ID]


def test_the_same_again_is_harmless_and_other_content_is_refused(root, store):
    first = root.create(ID, files(a=b"1"), **HOW)
    again = root.create(ID, files(a=b"1"), **{**HOW, "message": "再来"})
    assert (again.version, again.new) == ("v1", False)
    assert again.inventory_digest == first.inventory_digest
    with pytest.raises(ObjectExists):
        root.create(ID, files(a=b"2"), **HOW)
    assert not list(store.staging.iterdir())


def test_the_same_bytes_are_stored_once(root):
    root.create(ID, files(a=b"same", d__b=b"same"), **HOW)
    root.update(ID, files(c=b"same", n=b"new"), **HOW)
    inventory = root.read_inventory(ID)
    assert sorted(place for places in inventory.manifest.values() for place in places) == [
        "v1/content/a",
        "v2/content/n",
    ]
    assert sorted(inventory.version().paths()) == ["a", "c", "d/b", "n"]


def test_versions_build_on_each_other_and_old_ones_stay_readable(root, store):
    root.create(ID, files(a=b"1", b=b"2"), **HOW)
    second = root.update(ID, files(a=b"1*"), remove=["b"], **HOW)
    assert (second.version, second.new) == ("v2", True)
    assert root.update(ID, files(a=b"1*"), **HOW).new is False
    root.update(ID, remove=["a"], **HOW)
    assert oracle_says_valid(store)
    with root.open(ID, "a", "v1") as stream:
        assert stream.read() == b"1"
    with pytest.raises(ObjectMissing):
        root.open(ID, "b", "v2")
    with pytest.raises(ObjectMissing):
        root.update(ID, remove=["没有"], **HOW)


def test_known_digests_are_held_against_the_copy(root, tmp_path):
    source = tmp_path / "源.bin"
    source.write_bytes(b"abc")
    good = NewFile("x", source, digest_bytes(b"abc"))
    assert root.create("urn:lantai:good", [good], **HOW).new
    with pytest.raises(StagedWrong):
        root.create("urn:lantai:bad", [NewFile("x", source, digest_bytes(b"abd"))], **HOW)
    assert not root.exists("urn:lantai:bad")
    assert source.exists()


def test_a_consumed_source_is_moved(root, store):
    source = store.new_staging() / "f"
    source.write_bytes(b"abc")
    root.create(ID, [NewFile("x", source, digest_bytes(b"abc"), consume=True)], **HOW)
    assert not source.exists()


def test_a_link_is_no_source(root, tmp_path):
    (tmp_path / "l").symlink_to("/etc/hostname")
    with pytest.raises(StagedWrong):
        root.create(ID, [NewFile("x", tmp_path / "l")], **HOW)


@pytest.mark.parametrize("bad", ["", "/a", "a/", "../a", "a/./b", "a//b"])
def test_forbidden_logical_paths_are_refused(root, bad):
    with pytest.raises(BadLogicalPath):
        root.create(ID, [NewFile(bad, b"")], **HOW)


def test_a_path_that_is_file_and_folder_is_refused(root):
    with pytest.raises(BadLogicalPath):
        root.create(ID, [NewFile("a", b""), NewFile("a/b", b"")], **HOW)
    root.create(ID, [NewFile("a", b"")], **HOW)
    with pytest.raises(BadLogicalPath):
        root.update(ID, [NewFile("a/b", b"")], **HOW)


def test_names_too_long_for_the_disk_are_kept_as_logical_paths(root, store):
    name = "关" * 200 + ".pdf"
    root.create(ID, [NewFile(name, b"x")], **HOW)
    assert oracle_says_valid(store)
    with root.open(ID, name) as stream:
        assert stream.read() == b"x"


def test_a_batch_answers_each_and_one_refusal_stops_no_other(root, store):
    requests = [
        NewObject(f"urn:lantai:{n}", files(f=str(n).encode()), "m", WHO, WHEN) for n in range(9)
    ]
    requests[4] = NewObject("urn:lantai:4", [NewFile("../x", b"")], "m", WHO, WHEN)
    requests.append(requests[0])
    outcomes = list(root.create_many(requests))
    assert [o.version is not None for o in outcomes] == [n not in (4, 9) for n in range(10)]
    assert isinstance(outcomes[4].problem, BadLogicalPath)
    assert isinstance(outcomes[9].problem, ObjectExists)
    assert oracle_says_valid(store)
    assert len(list(root.object_ids())) == 8
    again = list(root.create_many(requests[:3]))
    assert all(o.version is not None and not o.version.new for o in again)


class Crash(BaseException):
    pass


@pytest.mark.parametrize("writes_before_the_crash", [0, 1, 2])
def test_a_crash_in_an_update_reads_old_or_new_and_is_finished(
    root, store, monkeypatch, writes_before_the_crash
):
    root.create(ID, files(a=b"1"), **HOW)
    real, count = store.write, []

    def write(path, data):
        if len(count) == writes_before_the_crash:
            raise Crash
        count.append(path)
        real(path, data)

    monkeypatch.setattr(store, "write", write)
    with pytest.raises(Crash):
        root.update(ID, files(a=b"2"), **HOW)
    monkeypatch.undo()
    with root.open(ID, "a") as stream:
        assert stream.read() == (b"1", b"1", b"2")[writes_before_the_crash]
    expected = stored.FINISHED if writes_before_the_crash else stored.SOUND
    assert root.repair(ID) == expected
    assert root.repair(ID) == stored.SOUND
    assert root.update(ID, files(a=b"2"), **HOW).new is (writes_before_the_crash == 0)
    assert root.read_inventory(ID).fixity["sm3"][digest_bytes(b"2").values["sm3"]] == [
        "v2/content/a"
    ]
    assert oracle_says_valid(store)


def test_a_version_folder_without_inventory_is_rolled_back(root, store):
    root.create(ID, files(a=b"1"), **HOW)
    store.write(f"{root.path_of(ID)}/v2/content/half", b"")
    assert root.repair(ID) == stored.ROLLED_BACK
    assert oracle_says_valid(store)


def test_a_damaged_root_inventory_is_restored_from_the_version(root, store):
    root.create(ID, files(a=b"1"), **HOW)
    path = store.root / root.path_of(ID) / "inventory.json"
    path.write_bytes(path.read_bytes().replace(b"v1/content", b"v1/kontent"))
    with pytest.raises(stored.ObjectDamaged):
        root.read_inventory(ID)
    assert root.repair(ID) == stored.RESTORED
    assert root.read_inventory(ID).id == ID


def test_a_followup_with_damaged_bytes_is_not_published(root, store, monkeypatch):
    root.create(ID, files(a=b"1"), **HOW)
    real = store.write

    def full(path, data):
        if path.endswith("inventory.json"):
            raise StorageFailure("full")
        real(path, data)

    monkeypatch.setattr(store, "write", full)
    with pytest.raises(StorageFailure):
        root.update(ID, files(a=b"2"), **HOW)
    monkeypatch.undo()
    (store.root / root.path_of(ID) / "v2/content/a").write_bytes(b"X")
    with pytest.raises(stored.ObjectDamaged):
        root.repair(ID)
    with root.open(ID, "a") as stream:
        assert stream.read() == b"1"


def test_a_root_is_opened_with_the_layout_it_was_made_with(store):
    made = OcflRoot(store, layout="0004-hashed-n-tuple-storage-layout")
    made.create(ID, files(a=b""), **HOW)
    again = OcflRoot(store)
    assert again.layout.id.startswith("0004")
    assert again.exists(ID)


def test_objects_of_a_new_root_share_their_folders(root, store):
    assert root.path_of("..hor/rib:le-$id") == "487/%2e%2ehor%2frib%3ale-%24id"
    assert OcflRoot(store).layout.config == root.layout.config


def test_layout_paths_are_those_of_the_extensions():
    from lantai.core.ocfl.layout import layouts

    third = layouts().get("0003-hash-and-id-n-tuple-storage-layout")()
    assert third.path("..hor/rib:le-$id") == "487/326/d8c/%2e%2ehor%2frib%3ale-%24id"
    fourth = layouts().get("0004-hashed-n-tuple-storage-layout")()
    assert fourth.path("object-01").startswith(
        "3c0/ff4/240/3c0ff4240c1e116dba14c7627f2319b58aa3d77606d0d90dfc6161608ac987d4"
    )


def test_a_folder_with_other_things_is_not_taken(store):
    store.write("照片.jpg", b"")
    with pytest.raises(RootNotUnderstood):
        OcflRoot(store)


def test_the_root_says_what_it_is(root, store):
    assert (store.root / "0=ocfl_1.1").read_text() == "ocfl_1.1\n"
    config = json.loads((store.root / "extensions" / root.layout.id / "config.json").read_text())
    assert config["extensionName"] == root.layout.id


def test_a_root_under_a_prefix(store):
    store.write("other/thing", b"")
    root = OcflRoot(store, "档案/ocfl")
    root.create(ID, files(a=b"1"), **HOW)
    assert list(OcflRoot(store, "档案/ocfl").object_ids()) == [ID]


def test_purge_removes_the_whole_object(root):
    root.create(ID, files(a=b"1"), **HOW)
    root.purge(ID)
    assert not root.exists(ID)
    with pytest.raises(ObjectMissing):
        root.read_inventory(ID)
