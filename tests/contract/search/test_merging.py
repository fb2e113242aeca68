"""What a merge has read of an index is given back, and nothing anybody reads changes by it."""

import itertools
import mmap
import os
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from lantai.core.memory import files_held
from lantai.engines.search.tantivy import engine as tantivy_engine
from lantai.engines.search.tantivy.engine import TantivySearch
from lantai.engines.search.tantivy.merging import Merging, mapped_below
from tests.contract.search.test_mapped import ASKED, documents, told

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="told by /proc")
SIZE = 32 << 20


@pytest.fixture
def pages():
    """A file of 32 MB mapped and read, and its folder."""
    with (
        tempfile.TemporaryDirectory(dir="/var/tmp") as folder,  # in memory none is given back
        Path(folder, "pages").open("wb+") as stream,
    ):
        stream.write(b"\1" * SIZE)
        os.fsync(stream.fileno())  # what is not on the disk yet stays
        with mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ) as mapped:
            assert read(mapped) == SIZE // mmap.PAGESIZE
            yield mapped, Path(folder)


def read(mapped):
    return sum(mapped[at] for at in range(0, len(mapped), mmap.PAGESIZE))


def watching(folder, **asked):
    """One that watches a folder without a thread of its own."""
    merging = Merging(**asked)
    merging._folders.add(f"{folder}/")
    return merging


def test_pages_of_its_folders_are_given_back_and_read_again(pages):
    mapped, folder = pages
    before = files_held()
    watched = watching(folder, most=0, held=itertools.count().__next__)
    assert watched.look() == 0  # nothing to compare with yet
    watched.look()
    assert before - files_held() > SIZE / 2
    assert read(mapped) == SIZE // mmap.PAGESIZE  # the same bytes


def test_pages_of_others_and_few_pages_stay(pages):
    mapped, folder = pages
    before = files_held()
    others = watching(folder / "elsewhere", most=0, held=itertools.count().__next__)
    for _ in range(3):
        others.look()
    few = watching(folder, most=SIZE * 100)
    assert [few.look() for _ in range(3)] == [0, 0, 0]
    assert before - files_held() < SIZE / 2 and read(mapped)


def test_what_may_be_written_to_is_left_alone(tmp_path):
    path = tmp_path / "written"
    path.write_bytes(b"\1" * mmap.PAGESIZE)
    with path.open("rb+") as stream, mmap.mmap(stream.fileno(), 0) as mapped:
        assert len(mapped) and not list(mapped_below((f"{tmp_path}/",)))
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ) as mapped:
        assert [length for _, length in mapped_below((f"{tmp_path}/",))] == [len(mapped)]


def test_a_thread_looks_as_long_as_the_process_lives(pages):
    _mapped, folder = pages
    merging = Merging(most=0, held=itertools.count().__next__)
    before, threads = files_held(), threading.active_count()
    merging.watch(folder)
    merging.watch(folder)
    assert threading.active_count() == threads + 1
    for _ in range(50):
        if before - files_held() > SIZE / 2:
            break
        threading.Event().wait(0.1)
    merging.stop()
    assert before - files_held() > SIZE / 2


def test_an_index_written_and_asked_meanwhile_answers_the_same(tmp_path, monkeypatch):
    """Pages are given back without pause while pieces are laid, merged and read."""
    index, over = tmp_path / "index", threading.Event()
    merging = watching(index, most=-1, held=lambda: 0)
    monkeypatch.setattr(tantivy_engine, "MERGING", merging)
    monkeypatch.setattr(merging, "watch", lambda folder: None)
    looks = []

    def look():
        while not over.is_set():
            looks.append(merging.look())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        written = TantivySearch(index)
        for first in range(0, 6_000, 300):
            written.put(documents(300, first))
            written.commit()
            assert written.search(ASKED[0]).total == first + 300
        written.close()
        asked = [told(TantivySearch(index), query) for query in ASKED]
    finally:
        over.set()
        thread.join()
    quiet = TantivySearch(tmp_path / "quiet")
    quiet.put(documents(6_000))
    quiet.commit()
    expected = [told(quiet, query) for query in ASKED]
    assert [(total, facets) for total, _, facets, _ in asked] == [
        (total, facets) for total, _, facets, _ in expected
    ]
    assert len(looks) > 20
