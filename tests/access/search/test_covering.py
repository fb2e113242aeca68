"""Which bigrams of a run are asked, and what the engine reckons a run to cost."""

import random
from itertools import combinations

import pytest

from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy.covering import covering, reckoned
from lantai.engines.search.tantivy.engine import TantivySearch
from tests.contract.search.documents import PUBLIC, record


def covers(chosen, bigrams):
    return {sign for place in chosen for sign in (place, place + 1)} == set(range(bigrams + 1))


@pytest.mark.parametrize(
    "held",
    [(5,), (9, 1), (3, 9, 4), (1, 1, 1, 1), (7, 2, 9, 2, 8, 1, 9), (9, 9, 1, 9, 9), (0, 5, 0, 5)],
)
def test_the_bigrams_chosen_tell_every_sign_and_none_do_so_for_less(held):
    chosen = covering(held)
    assert covers(chosen, len(held))
    every = (c for n in range(1, len(held) + 1) for c in combinations(range(len(held)), n))
    least = min(sum(held[place] for place in c) for c in every if covers(c, len(held)))
    assert sum(held[place] for place in chosen) == least


def test_a_run_of_rare_words_is_reckoned_less_than_one_of_frequent_ones():
    assert reckoned([100, 200], 10_000) < reckoned([1_000, 200], 10_000)
    assert reckoned([100, 200, 300], 10_000) < reckoned([100, 200], 10_000)
    assert reckoned([100, 200], 10_000) == pytest.approx(100 * 0.02 * 1.2 * 20)


def test_runs_looked_for_among_few_records_are_found_as_a_scan_finds_them(tmp_path):
    rng = random.Random(5)
    titles = [
        "".join(rng.choices("甲乙丙丁", (6, 3, 2, 1), k=rng.randint(4, 14))) for _ in range(900)
    ]
    engine = TantivySearch(tmp_path / "index")
    engine.put(record(str(n), title, fonds=f"Z{n % 7}") for n, title in enumerate(titles))
    engine.commit()
    seen = 0
    for _ in range(300):
        words = ["".join(rng.choices("甲乙丙丁", k=rng.randint(2, 7))) for _ in range(2)]
        text = " ".join(f'"{word}"' for word in words[: rng.randint(1, 2)])
        asked = [word for word in words if word in text]
        fonds = f"Z{rng.randrange(7)}"
        query = SearchQuery(text, PUBLIC, filters={"fonds": [fonds]}, limit=900, exact=True)
        page = engine.search(query)
        truth = {
            str(n)
            for n, title in enumerate(titles)
            if f"Z{n % 7}" == fonds and all(word in title for word in asked)
        }
        assert {hit.id for hit in page.hits} == truth
        assert page.total == len(truth)
        seen += bool(truth)
    assert seen > 60
    engine.close()
