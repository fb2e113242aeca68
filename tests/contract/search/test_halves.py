"""What may hold a text but for one character: nothing that does is left out, however it is asked."""

import random

import pytest

from lantai.core.search.nearness import nearly_contains
from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy import deciding, halves, nearness, samples
from lantai.engines.search.tantivy.engine import TantivySearch
from lantai.engines.search.tantivy.queries import Compiler
from lantai.engines.search.tantivy.reading import Reading
from tests.contract.search.documents import PUBLIC, record

SIGNS = "防汛抗旱水利"
PLACE = halves.Place(("title_grams",), "chars")


def drawn(rng, length):
    return "".join(rng.choice(SIGNS) for _ in range(length))


def edited(rng, text):
    at = rng.randrange(len(text))
    return rng.choice(
        [
            text[:at] + rng.choice("獬" + SIGNS) + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + rng.choice("獬" + SIGNS) + text[at:],
            text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :] if at else text,
        ]
    )


@pytest.fixture(scope="module")
def titles():
    rng = random.Random(5)
    alike = [f"防汛水利抗旱{drawn(rng, 2)}" for _ in range(1_500)]
    return [*(drawn(rng, rng.randrange(3, 14)) for _ in range(3_000)), *alike]


@pytest.fixture(scope="module")
def index(tmp_path_factory, titles):
    engine = TantivySearch(tmp_path_factory.mktemp("halves") / "index")
    engine.put(record(str(n), title) for n, title in enumerate(titles))
    engine.commit()
    yield engine
    engine.close()


@pytest.mark.parametrize("rare", [0, 10**9], ids=["with the other's signs", "a half alone"])
def test_all_that_nearly_hold_a_text_hold_a_half_of_it(index, titles, monkeypatch, rare):
    monkeypatch.setattr(halves, "RARE", rare)
    reader = index._read()
    searcher = reader.index.searcher()
    compiler = Compiler(reader.index.schema, searcher)
    reading = Reading(searcher, index.texts, PUBLIC)
    rng = random.Random(7)
    near = 0
    for _ in range(300):
        title = rng.choice(titles)
        key = edited(rng, title[: rng.randrange(4, 10)])
        if len(key) < halves.LEAST:
            continue
        wanted = {title for title in titles if nearly_contains(key, title) and key not in title}
        near += len(wanted)
        may = set()
        for query in halves.halves(compiler, PLACE, key):
            hits = searcher.search(query, limit=5_000).hits
            may |= {title for _id, title in reading.titles([at for _score, at in hits])}
        assert wanted <= may, key
    assert near > 300


@pytest.mark.parametrize("others", ["防汛报{}", "防汛旱{}会"])
@pytest.mark.parametrize("field", ["title", "text"])
def test_the_near_one_is_verified_among_very_many_that_hold_a_half(tmp_path, field, others):
    target = "全省一九五六年防汛坑旱会专题材料汇编之一"
    engine = TantivySearch(tmp_path / "index")
    engine.put(record(str(n), **{field: others.format(n)}) for n in range(2_500))
    engine.put([record("near", **{field: target})])
    engine.commit()
    page = search(engine, "防汛抗旱会")
    engine.close()
    assert page.near and page.hits[0].id == "near"


def test_of_very_many_that_are_near_a_sample_is_listed_and_the_surest_come_first(
    index, titles, monkeypatch
):
    whole = search(index, "防汛水利獬旱")
    monkeypatch.setattr(nearness, "MANY", 100)
    monkeypatch.setattr(nearness, "MANY_HALVES", 100)
    monkeypatch.setattr(nearness, "FEW", 50)
    for place in (samples, nearness):
        monkeypatch.setattr(place, "ENOUGH", 100)
    monkeypatch.setattr(deciding, "DEAR", 200)
    monkeypatch.setattr(deciding, "SHOWN", 20)
    page = search(index, "防汛水利獬旱")
    assert page.near and page.capped and not whole.capped
    assert page.total == pytest.approx(whole.total, rel=0.5)
    assert nearly_contains("防汛水利獬旱", titles[int(page.hits[0].id)])
    shown = [hit.id for hit in page.hits]
    while page.next and len(shown) < 400:
        page = search(index, "防汛水利獬旱", after=page.next)
        shown += [hit.id for hit in page.hits]
    assert len(shown) == len(set(shown)) > 100


def search(index, text, **more):
    return index.search(SearchQuery(text, PUBLIC, limit=50, **more))
