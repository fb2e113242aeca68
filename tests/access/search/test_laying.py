"""Records are laid into the index those of the smallest sample first, and none twice."""

import json
from collections import Counter

from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy import documents
from lantai.engines.search.tantivy.documents import build_documents
from lantai.engines.search.tantivy.engine import TantivySearch
from lantai.engines.search.tantivy.samples import SHARES, sample_keys
from tests.contract.search.documents import PUBLIC, record


def samples_of(built):
    """How many samples each record is in, in the order they are laid."""
    known = {key for keys in sample_keys([str(n) for n in range(5_000)]) for key in keys}
    return [len(known & set(json.loads(one)["exact"])) for _term, one in built]


def test_records_of_the_smallest_sample_are_laid_first_in_each_heap(monkeypatch):
    monkeypatch.setattr(documents, "LAID", 2_000)
    built = list(build_documents(record(str(n), f"题名{n}") for n in range(5_000)))
    assert len({term for term, _one in built}) == len(built) == 5_000
    told = samples_of(built)
    for start in range(0, 5_000, 2_000):
        heap = told[start : start + 2_000]
        assert heap == sorted(heap, reverse=True) and heap[0] > heap[-1] == 0


def test_heaps_of_long_texts_are_smaller(monkeypatch):
    monkeypatch.setattr(documents, "MOST_LAID", 60_000)
    taken = []

    def given():
        for n in range(3_000):
            taken.append(n)
            yield record(str(n), "长" * 200)

    made = build_documents(given())
    next(made)
    assert len(taken) <= documents.BATCH


def test_records_of_one_id_stay_in_their_order(tmp_path):
    engine = TantivySearch(tmp_path / "index")
    engine.put(record(str(n % 500), f"第{n // 500}稿") for n in range(1_500))
    engine.commit()
    page = engine.search(SearchQuery("稿", PUBLIC, limit=1_000))
    assert page.total == 500
    assert engine.search(SearchQuery("第2稿", PUBLIC)).total == 500
    engine.close()


def test_samples_are_parts_of_each_other_and_as_large_as_they_say():
    drawn = [tuple(keys) for keys in sample_keys([f"记录{n:06}" for n in range(60_000)])]
    counts = Counter(key for keys in drawn for key in keys)
    for share, (_key, count) in zip(sorted(SHARES), counts.most_common(), strict=True):
        assert 0.6 < count * share / 60_000 < 1.6, share
    smallest = {keys for keys in drawn if len(keys) == len(SHARES)}
    assert len(smallest) == 1  # who is in the smallest is in all
