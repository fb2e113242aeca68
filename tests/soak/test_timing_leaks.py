"""The clock tells nobody that closed records hold a word: distributions of many answers."""

from __future__ import annotations

import random
import statistics
import time

import pytest

from lantai.access.search.index import index
from lantai.access.search.queries import GRAIN_OF_NOTHING, search, suggest
from lantai.core.search.port import SearchDocument
from lantai.foundation.policy import Anonymous
from tests.people import make_county

pytestmark = [pytest.mark.soak, pytest.mark.django_db]
SIGNS = "档案法国务院令第号甲乙关于做好工作通知农业水利土地合同会议纪要报告请示批复县政府民政局"
CLOSED = ("鸬鹚湾疏浚", "獬豸衙门图")  # the first in a hundred closed records, the second in one
ABSENT = ("饕餮渠堤坝", "麒麟阁藏书")
RECORDS, ROUNDS = 30_000, 150


def _documents(rng: random.Random):
    for n in range(RECORDS):
        word = CLOSED[0] if n % 300 == 1 else CLOSED[1] if n == 777 else ""
        closed = bool(n % 2 or word)
        yield SearchDocument(
            id=str(n), tokens=("holder:YX",) if closed else ("public",),
            title="".join(rng.choices(SIGNS, k=14)) + word,
            text="".join(rng.choices(SIGNS, k=60)), year=1950 + n % 60, fonds=f"F{n % 9}",
        )  # fmt: skip


@pytest.mark.timeout(600)
def test_a_word_of_closed_records_takes_as_long_as_a_word_of_none(data_folder):
    make_county()
    rng = random.Random(48)
    index().rebuild(_documents(rng))
    ways = {
        "search": lambda word: search(Anonymous(), text=word, facets=("fonds", "year")),
        "suggest": lambda word: suggest(Anonymous(), word),
    }
    for name, ask in ways.items():
        taken: dict[str, list[float]] = {word: [] for word in (*CLOSED, *ABSENT)}
        for _ in range(ROUNDS):
            for word in rng.sample(list(taken), len(taken)):
                began = time.perf_counter()
                ask(word)
                taken[word].append(time.perf_counter() - began)
        figures = {word: _figures(times) for word, times in taken.items()}
        print(name, {w: [round(f * 1000, 2) for f in row] for w, row in figures.items()})
        among = [abs(figures[ABSENT[0]][0] - figures[ABSENT[1]][0])]
        for word in CLOSED:
            apart = min(abs(figures[word][0] - figures[other][0]) for other in ABSENT)
            assert apart < max(2 * max(among), GRAIN_OF_NOTHING / 25), (name, word, figures)


def _figures(times: list[float]) -> tuple[float, float]:
    """Median and the ninth decile."""
    return statistics.median(times), sorted(times)[len(times) * 9 // 10]
