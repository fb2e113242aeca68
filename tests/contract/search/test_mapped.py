"""A process that has asked a large index does not hold on to all it has read of it."""

import sys

import pytest

from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy import mapped
from lantai.engines.search.tantivy.engine import TantivySearch
from tests.contract.search.documents import PUBLIC, record

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="told by /proc")


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    engine = TantivySearch(tmp_path_factory.mktemp("mapped") / "index")
    engine.rebuild(record(str(n), f"防汛工作会议纪要第{n:06}号") for n in range(20_000))
    yield engine
    engine.close()


def resident(folder):
    """Bytes of a folder's files that this process holds, as the system counts them."""
    found, under = 0, False
    with open("/proc/self/smaps") as stream:
        for line in stream:
            if "-" in line.split(maxsplit=1)[0]:
                under = str(folder) in line
            elif under and line.startswith("Rss:"):
                found += int(line.split()[1]) * 1024
    return found


def test_above_the_limit_pages_are_let_go_and_met_again(index, monkeypatch):
    folder = index._folder.path
    asked = SearchQuery("会议", PUBLIC, sort="reference_code", limit=5, exact=True)
    first = index.search(asked)
    before = resident(folder)
    assert before > 0 and mapped.held() >= before
    assert not mapped.let_go(folder)  # far below the limit: kept
    assert resident(folder) == before
    monkeypatch.setattr(mapped, "MOST", 0)
    assert mapped.let_go(folder)
    assert resident(folder) == 0
    again = index.search(asked)
    assert (again.total, again.hits) == (first.total, first.hits) and first.total == 20_000
    assert resident(folder) == 0  # asked above the limit: let go after each question


def test_other_files_are_left_alone(index, tmp_path, monkeypatch):
    monkeypatch.setattr(mapped, "MOST", 0)
    index.search(SearchQuery("会议", PUBLIC))
    assert mapped._regions(tmp_path) == []
    assert all(end > start for start, end in mapped._regions(index._folder.path))
