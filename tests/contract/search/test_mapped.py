"""A process that has asked much of a large index does not hold on to all it has read of it."""

import itertools
import mmap
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from lantai.core.memory import files_held, own_held
from lantai.core.search.port import IndexDamaged, SearchQuery
from lantai.engines.search.tantivy.engine import TantivySearch
from lantai.engines.search.tantivy.mapped import Mapped
from tests.contract.search.documents import PUBLIC, record

linux = pytest.mark.skipif(sys.platform != "linux", reason="told by /proc")
ASKED = [
    SearchQuery(text, PUBLIC, sort=sort, limit=7, facets=("year",))
    for text in ("会议", "防汛工作", "第0100", "纪要 NOT 第0007")
    for sort in ("relevance", "reference_code", "date")
]


def documents(count, first=0):
    return [
        record(str(n), f"防汛工作会议纪要第{n:06}号", reference_code=f"Z1-{n:06}")
        for n in range(first, first + count)
    ]


@pytest.fixture
def place(tmp_path):
    engine = TantivySearch(tmp_path / "index")
    engine.rebuild(documents(5_000))
    engine.close()
    return tmp_path / "index"


def held_of(folder):
    """Bytes of a folder's files that this process holds, as the system counts them."""
    found, under = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if "-" in line.split(maxsplit=1)[0]:
            under = str(folder) in line
        elif under and line.startswith("Rss:"):
            found += int(line.split()[1]) * 1024
    return found


def told(engine, query):
    page = engine.search(query)
    return page.total, [hit.id for hit in page.hits], page.facets, bool(page.next)


def test_it_is_told_once_that_more_is_held_than_shall_be():
    held = iter([500, 540, 300, 390, 401, 401, 350, 451])
    mapped = Mapped(100, held.__next__)
    # 401: a hundred and one above the least; 401 again: it has been told; 451: the same of 350
    assert [mapped.too_much() for _ in range(8)] == [
        False, False, False, False, True, False, False, True,
    ]  # fmt: skip


@linux
def test_mapped_files_are_told_apart_from_what_is_its_own():
    size = 32 << 20
    files, own = files_held(), own_held()
    with tempfile.TemporaryFile(dir="/var/tmp") as stream:  # files in memory are its own
        stream.write(b"\1" * size)
        stream.flush()
        with mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ) as pages:
            assert sum(pages[at] for at in range(0, size, mmap.PAGESIZE)) == size // mmap.PAGESIZE
            assert size <= files_held() - files < size * 1.5
            assert own_held() - own < size / 2
    files, own = files_held(), own_held()
    made = bytearray(b"\1") * (size * 4)
    assert files_held() - files < size / 2
    assert own_held() - own > size * 3 and made


@pytest.fixture
def light(place):
    """An engine that is opened anew for each question; ``anew`` counts how often it was."""
    engine = TantivySearch(place)
    engine._mapped = Mapped(0, itertools.count().__next__)
    engine.anew = set()

    def read():
        reader = TantivySearch._read(engine)
        engine.anew.add(id(reader.index))
        kept.append(reader)  # so that no two are at one place
        return reader

    kept, engine._read = [], read
    yield engine
    engine.close()


def test_opened_anew_it_answers_the_same(place, light):
    keeps = TantivySearch(place)
    assert [told(light, query) for query in ASKED] == [told(keeps, query) for query in ASKED]
    assert len(light.anew) >= len(ASKED) - 1  # the first two are of one opening


@linux
def test_opened_anew_it_holds_nothing_of_what_was_read(place):
    engine = TantivySearch(place)
    for query in ASKED:
        engine.search(query)
    read = held_of(place)
    engine._mapped = Mapped(0, itertools.count().__next__)
    engine._read()
    engine._read()
    assert read > 0 and held_of(place) < read


def test_a_reader_that_cannot_be_opened_anew_goes_on(place, monkeypatch):
    engine = TantivySearch(place)
    first = told(engine, ASKED[0])
    engine._mapped = Mapped(0, itertools.count().__next__)
    calls = []

    def no_more_files(generation):
        calls.append(generation)
        raise IndexDamaged("打开的文件太多", "too many open files")

    monkeypatch.setattr(engine, "_opened", no_more_files)
    assert [told(engine, ASKED[0]) for _ in range(3)] == [first] * 3 and len(calls) > 1


def test_pages_go_on_where_they_were_in_an_index_opened_anew(light):
    seen, next_ = [], ""
    for _ in range(6):
        asked = SearchQuery("会议", PUBLIC, sort="reference_code", limit=50, after=next_)
        page = light.search(asked)
        seen, next_ = [*seen, *(hit.id for hit in page.hits)], page.next
    assert seen == [str(n) for n in range(300)] and len(light.anew) > 4


def test_threads_that_read_are_not_disturbed_while_it_is_written(light):
    wrong, over = [], threading.Event()
    light.search(ASKED[0])

    def ask():
        try:
            while not over.is_set():
                for query in ASKED[:3]:
                    page = light.search(query)
                    if page.total < 5_000 or len(page.hits) != 7:
                        wrong.append((query.text, page.total))
        except Exception as error:  # told by the test
            wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(10):
        light.put(documents(100, 5_000 + turn * 100))
        light.commit()
    over.set()
    for thread in threads:
        thread.join()
    assert wrong == [] and len(light.anew) > 10
    assert light.search(SearchQuery("会议", PUBLIC)).total == 6_000
