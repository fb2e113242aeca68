"""A process that has asked much of a large index does not hold on to all it has read of it."""

import mmap
import sys
import threading
from pathlib import Path

import pytest

from lantai.core.memory import files_held, own_held
from lantai.core.search.port import SearchQuery
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
def test_mapped_files_are_told_apart_from_what_is_its_own(tmp_path):
    size = 32 << 20
    path = tmp_path / "file"
    path.write_bytes(b"\1" * size)
    files, own = files_held(), own_held()
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ) as pages:
        assert sum(pages[:: mmap.PAGESIZE]) == size // mmap.PAGESIZE
        assert size <= files_held() - files < size * 1.5
        assert own_held() - own < size / 2
    assert files_held() - files < size / 2


@linux
def test_opened_anew_it_holds_nothing_and_answers_the_same(place):
    keeps, lets_go = TantivySearch(place), TantivySearch(place, mapped=0)
    assert [told(lets_go, query) for query in ASKED] == [told(keeps, query) for query in ASKED]
    keeps.close()
    del keeps
    read = held_of(place)
    assert 0 < read < 2_000_000  # one question's, though each was asked of an index opened anew
    reader = lets_go._reader
    lets_go._mapped = Mapped(0, iter([0, 1]).__next__)
    lets_go._read(), lets_go._read()
    assert lets_go._reader is not reader
    del reader
    assert held_of(place) < read


@linux
def test_pages_go_on_where_they_were_in_an_index_opened_anew(place):
    engine, seen, next_ = TantivySearch(place, mapped=0), [], ""
    for _ in range(6):
        page = engine.search(
            SearchQuery("会议", PUBLIC, sort="reference_code", limit=50, after=next_)
        )
        seen, next_ = [*seen, *(hit.id for hit in page.hits)], page.next
    assert seen == [str(n) for n in range(300)]


@linux
def test_threads_that_read_are_not_disturbed_while_it_is_written(place):
    engine, wrong, over = TantivySearch(place, mapped=0), [], threading.Event()
    engine.search(ASKED[0])

    def ask():
        try:
            while not over.is_set():
                for query in ASKED[:3]:
                    page = engine.search(query)
                    if page.total < 5_000 or len(page.hits) != 7:
                        wrong.append((query.text, page.total))
        except Exception as error:  # told by the test
            wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(20):
        engine.put(documents(100, 5_000 + turn * 100))
        engine.commit()
    over.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert engine.search(SearchQuery("会议", PUBLIC)).total == 7_000
    engine.close()
