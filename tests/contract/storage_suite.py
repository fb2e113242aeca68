"""The contract every store is held to: one suite, each engine subclasses it."""

from __future__ import annotations

import pytest

from lantai.core.storage.port import FindsMarked, MovesMany, PathTaken, StorageFailure


class StorageContract:
    """Subclasses give a fixture ``store``: an empty store."""

    def staged(self, store, files):
        folder = store.new_staging()
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return folder

    def test_a_staged_tree_moves_in_whole(self, store):
        folder = self.staged(store, {"正文/甲.txt": b"1", "b": b"22"})
        store.move_in(folder, "卷/一")
        assert not folder.exists()
        assert list(store.walk()) == ["卷/一/b", "卷/一/正文/甲.txt"]
        with store.open("卷/一/b") as stream:
            assert stream.read() == b"22"
        assert store.size("卷/一/正文/甲.txt") == 1

    def test_moving_onto_something_is_refused_and_changes_nothing(self, store):
        store.move_in(self.staged(store, {"a": b"old"}), "x")
        second = self.staged(store, {"a": b"new"})
        with pytest.raises(PathTaken):
            store.move_in(second, "x")
        with store.open("x/a") as stream:
            assert stream.read() == b"old"
        assert (second / "a").read_bytes() == b"new"

    def test_staging_is_never_listed(self, store):
        self.staged(store, {"half": b"done"})
        assert list(store.walk()) == []

    def test_each_staging_is_its_own(self, store):
        assert store.new_staging() != store.new_staging()

    def test_write_replaces_whole(self, store):
        store.write("d/f.json", b"one")
        store.write("d/f.json", b"two")
        with store.open("d/f.json") as stream:
            assert stream.read() == b"two"
        assert list(store.walk()) == ["d/f.json"]

    def test_walk_goes_in_byte_order_of_whole_paths(self, store):
        names = ["a.txt", "a/b", "a0", "B", "档案/1", "档"]
        for name in names:
            store.write(name, b"")
        assert list(store.walk()) == sorted(names, key=lambda n: n.encode())
        assert list(store.walk("a")) == ["a/b"]
        assert list(store.walk("没有")) == []

    def test_exists_and_remove(self, store):
        store.move_in(self.staged(store, {"a/b": b""}), "t")
        assert store.exists("t/a/b")
        assert store.exists("t")
        store.remove("t/a/b")
        assert not store.exists("t/a/b")
        store.remove("t")
        assert not store.exists("t")
        assert not store.exists("t/a/b/c")

    def test_what_is_not_there_is_a_named_failure(self, store):
        with pytest.raises(StorageFailure, match="没有"):
            store.open("没有")
        with pytest.raises(StorageFailure):
            store.size("没有")

    @pytest.mark.parametrize("path", ["../x", "a/../../x", "/etc/passwd", "a/\0b"])
    def test_paths_out_of_the_store_are_refused(self, store, path):
        with pytest.raises(StorageFailure):
            store.write(path, b"")
        with pytest.raises(StorageFailure):
            store.open(path)

    def test_many_move_in_and_one_refusal_stops_no_other(self, store):
        if not isinstance(store, MovesMany):
            pytest.skip("moves one at a time")
        store.write("二/a", b"old")
        moves = [(self.staged(store, {"a": b"1"}), name) for name in ("一", "二", "三")]
        answers = store.move_in_many(moves)
        assert [answer is None for answer in answers] == [True, False, True]
        assert list(store.walk()) == sorted(["一/a", "二/a", "三/a"], key=str.encode)

    def test_marked_folders_are_found_and_not_entered(self, store):
        if not isinstance(store, FindsMarked):
            pytest.skip("walks everything")
        for name in ("x/y/0=mark_1", "x/y/v1/0=mark_1", "z/0=mark_2", "z2/other"):
            store.write(name, b"")
        assert list(store.find_marked("", "0=mark_")) == ["x/y", "z"]
