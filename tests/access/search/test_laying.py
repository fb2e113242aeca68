"""Records are laid into the index those of the smallest sample first, and none twice."""

import json
from collections import Counter

import pytest

from lantai.core.search.port import SearchQuery, SearchUnavailable
from lantai.engines.search.tantivy import documents
from lantai.engines.search.tantivy.documents import build_documents
from lantai.engines.search.tantivy.engine import TantivySearch
from lantai.engines.search.tantivy.putting import Putting, Standing
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


class Written:
    """What an index writer is told, in its order."""

    def __init__(self):
        self.told = []

    def add_json(self, built):
        self.told.append(built)

    def delete_documents_by_term(self, _field, term):
        self.told.append(("delete", term))


def test_what_is_put_part_by_part_is_laid_together(monkeypatch):
    monkeypatch.setattr(documents, "LAID", 2_000)
    writer = Written()
    putting = Putting(writer, keep=True)
    for start in range(0, 3_000, 500):
        assert putting.put(record(str(n), f"题名{n}") for n in range(start, start + 500)) == 500
        assert len(writer.told) == (4_000 if start >= 1_500 else 0)  # each is taken out first
    putting.flush()
    built = [("", one) for one in writer.told if isinstance(one, str)]
    told = samples_of(built)
    assert len(told) == 3_000
    for heap in (told[:2_000], told[2_000:]):
        assert heap == sorted(heap, reverse=True) and heap[0] > heap[-1] == 0


def test_what_is_taken_out_after_it_was_put_stays_out(tmp_path):
    engine = TantivySearch(tmp_path / "index")
    engine.put([record("1", "甲乙"), record("2", "甲乙")])
    engine.delete(["1"])
    engine.put([record("2", "丙丁"), record("3", "丙丁")])
    engine.commit()
    assert {hit.id for hit in engine.search(SearchQuery("丙丁", PUBLIC)).hits} == {"2", "3"}
    assert engine.search(SearchQuery("甲乙", PUBLIC, exact=True)).total == 0


def test_what_was_put_and_not_committed_is_not_there(tmp_path):
    engine = TantivySearch(tmp_path / "index")
    engine.put([record("1", "甲乙")])
    engine.commit()
    engine.put([record("2", "甲乙")])
    engine.release()
    engine.put([record("3", "甲乙")])
    engine.commit()
    assert {hit.id for hit in engine.search(SearchQuery("甲乙", PUBLIC)).hits} == {"1", "3"}


def test_what_could_not_be_taken_whole_is_not_committed(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "LAID", 10)
    engine = TantivySearch(tmp_path / "index")
    engine.put([record("0", "甲乙")])
    engine.commit()

    def full(_self, _term):
        raise ValueError("no space left on device")

    engine.put(record(str(n), "甲乙") for n in range(1, 5))
    monkeypatch.setattr(Standing, "is_new", full)
    with pytest.raises(ValueError, match="no space"):
        engine.put(record(str(n), "甲乙") for n in range(5, 12))
    monkeypatch.undo()
    with pytest.raises(SearchUnavailable):
        engine.commit()  # the first four were taken from what waited: they must be put again
    assert engine.search(SearchQuery("甲乙", PUBLIC)).total == 1
    engine.put(record(str(n), "甲乙") for n in range(1, 12))
    engine.commit()
    assert engine.search(SearchQuery("甲乙", PUBLIC)).total == 12
