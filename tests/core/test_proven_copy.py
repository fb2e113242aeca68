"""A copy proven while it is made: whole or let go, and believed only while nobody touched it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lantai.core.fixity import digest_bytes, digest_stream
from lantai.core.ocfl.inventory import User
from lantai.core.ocfl.root import OcflRoot
from lantai.core.ocfl.staging import NewFile, StagedWrong
from lantai.core.proven_copy import LEAST, PIECE, Copied, Copies, ProvenCopy
from lantai.engines.storage.folder import FolderStorage

SIZE = PIECE + 4 * (1 << 20) + 12_345


@pytest.fixture(scope="module")
def data() -> bytes:
    return os.urandom(SIZE)


def _copied(tmp_path: Path, data: bytes, name: str = "copy") -> Copied:
    source, copy = tmp_path / "source", ProvenCopy(tmp_path / name)
    source.write_bytes(data)
    with source.open("rb") as stream:
        digests = digest_stream(stream, expected_size=len(data), beside=copy)
    assert digests == digest_bytes(data)
    found = copy.finish()
    assert found is not None
    return found


def test_the_copy_has_the_bytes_that_were_digested_and_its_proof_ends_with_a_write(
    tmp_path: Path, data: bytes
) -> None:
    copied = _copied(tmp_path, data)
    assert copied.path.read_bytes() == data
    moved = copied.path.rename(tmp_path / "moved")
    assert copied.proof.holds(moved)
    other = tmp_path / "other"
    other.write_bytes(data)
    assert not copied.proof.holds(other)
    with moved.open("r+b") as stream:
        stream.write(b"x")
    assert not copied.proof.holds(moved)


def test_what_does_not_read_back_as_it_was_written_is_let_go(tmp_path: Path, data: bytes) -> None:
    target = tmp_path / "copy"
    copy = ProvenCopy(target)
    copy.update(data[: PIECE // 2])
    with target.open("r+b") as stream:  # the disk changed a byte
        stream.seek(1_000)
        stream.write(bytes([data[1_000] ^ 1]))
    copy.update(data[PIECE // 2 : PIECE])
    assert not target.exists()
    copy.update(data[PIECE:])
    assert copy.finish() is None and not target.exists()


def test_a_copy_that_can_not_be_made_spoils_no_digest(tmp_path: Path, data: bytes) -> None:
    source, copy = tmp_path / "source", ProvenCopy(tmp_path / "no folder" / "copy")
    source.write_bytes(data)
    with source.open("rb") as stream:
        assert digest_stream(stream, expected_size=SIZE, beside=copy) == digest_bytes(data)
    assert copy.finish() is None


def test_a_proven_copy_is_stored_and_one_touched_since_is_digested_again(
    tmp_path: Path, data: bytes
) -> None:
    root, digests = OcflRoot(FolderStorage(tmp_path / "store")), digest_bytes(data)
    account = {"message": "in", "user": User("a"), "created": datetime.now(UTC)}
    for name, touched in (("sound", False), ("touched", True)):
        copied = _copied(tmp_path, data, name)
        if touched:
            with copied.path.open("r+b") as stream:
                stream.write(bytes([data[0] ^ 1]))
        files = [NewFile("v.bin", copied.path, digests, consume=True, proof=copied.proof)]
        if touched:
            with pytest.raises(StagedWrong):
                root.create(f"urn:x:{name}", files, **account)
            assert not root.exists(f"urn:x:{name}")
            continue
        root.create(f"urn:x:{name}", files, **account)
        with root.open(f"urn:x:{name}", "v.bin") as stream:
            assert stream.read() == data


def test_places_are_for_large_files_and_gone_at_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "copies"

    def new_folder() -> Path:
        folder.mkdir()
        return folder

    with Copies(new_folder) as copies:
        assert copies.place(LEAST - 1) is None and not folder.exists()
        first, second = copies.place(LEAST), copies.place(LEAST)
        assert first is not None and second is not None and first != second
        first.write_bytes(b"left")
    assert not folder.exists()
