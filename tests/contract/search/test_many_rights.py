"""Viewers who carry several tokens find what they may see of what is found at all, and no more."""

from dataclasses import replace

import pytest

from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy import answers, deciding, nearness, queries, samples
from lantai.engines.search.tantivy.engine import TantivySearch
from tests.contract.search.documents import record

ARCHIVES, EVERY = 30, 3_000
OFTEN = "防汛工作会议"
SECRET = f"{OFTEN}绝密"  # the very title of a record that nobody but the archives 3 may see
VIEWERS = {
    "the public": {"public"},
    "an archivist": {"public", "holder:7"},
    "a maker": {"public", "maker:2"},
    "of three": {"public", "holder:3", "holder:4", "holder:29", "maker:1"},
    "of all": {"public", *(f"holder:{n}" for n in range(ARCHIVES))},
    "of many that hold nothing": {"public", *(f"holder:{n}" for n in range(5, 400))},
    "of what nobody holds": {"holder:x", "holder:y"},
    "nobody": set(),
}
QUESTIONS = (
    "",
    OFTEN,
    "防汛",
    "汛",
    f"{OFTEN} 纪要",
    "防汛 OR 财政预算",
    f"防汛 NOT {OFTEN}",
    "题名:会议 责任者:水利局",
    "档号:Z1-0*",
    "府发〔1956〕5号",
    "纪要 府发〔1956〕5号",
    "周文斌",
    "1955..1957",
    "日期:1955-03",
    SECRET,
    "防汛工作会义纪要",  # one wrong character
    "獬豸",
)


def tokens_of(number):
    made = [f"holder:{number % ARCHIVES}"]
    made += [f"maker:{number % 4}"] if number % 5 == 0 else []
    made += ["public"] if number % 3 == 0 else []
    return tuple(made)


def made(number):
    return record(
        str(number),
        f"{OFTEN}纪要{number:05}" if number % 2 else f"财政预算报告{number:05}",
        tokens=tokens_of(number),
        text="防汛" if number % 7 == 0 else "",
        creator="水利局" if number % 4 else "周文斌",
        doc_no=f"府发〔{1950 + number % 9}〕{number % 13}号",
        reference_code=f"Z{number % 3}-{number:05}",
        fonds=f"Z{number % 3}",
        year=1950 + number % 9,
        date=f"{1950 + number % 9}-{1 + number % 12:02}",
    )


DOCUMENTS = [
    *(made(number) for number in range(EVERY)),
    record("secret", SECRET, tokens=("holder:3",), year=1953, fonds="Z1", text="獬豸"),
    record("closed", "防汛工作会仪纪要", tokens=("holder:4:s2",), year=1953),
]
CARRIED = {one.id: set(one.tokens) for one in DOCUMENTS}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    engine = TantivySearch(tmp_path_factory.mktemp("rights") / "index")
    for first in range(0, len(DOCUMENTS), 1_000):  # several segments
        engine.put(DOCUMENTS[first : first + 1_000])
        engine.commit()
    yield engine
    engine.close()


def everything(index, query):
    """Ids of all pages, and the first page's total."""
    page = index.search(query)
    total, found = page.total, [hit.id for hit in page.hits]
    while page.next:
        page = index.search(replace(query, after=page.next))
        found += [hit.id for hit in page.hits]
    assert len(found) == len(set(found))
    return set(found), total


def may_see(viewer):
    return {one for one, carried in CARRIED.items() if carried & VIEWERS[viewer]}


NEVER = 10**9
HOW = {"as it is": (16, 3), "among his lists": (0, 0), "less the rest": (NEVER, NEVER)}


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("text", QUESTIONS)
@pytest.mark.parametrize("viewer", VIEWERS)
def test_each_finds_what_he_may_see_of_all_that_is_found(index, monkeypatch, viewer, text, how):
    part, little = HOW[how]
    monkeypatch.setattr(queries, "PART", part)
    monkeypatch.setattr(queries, "LITTLE", little)
    asked = SearchQuery(text, None, sort="date", limit=500, exact=True, facets=("fonds",))
    all_found, total = everything(index, asked)
    assert total == len(all_found)
    mine = replace(asked, viewer_tokens=frozenset(VIEWERS[viewer]))
    found, total = everything(index, mine)
    assert found == all_found & may_see(viewer)
    assert total == len(found)
    ranked = everything(index, replace(mine, sort="relevance", facets=(), highlight=False))
    assert ranked == (found, total)
    shown = dict(index.search(mine).facets["fonds"])
    assert sum(shown.values()) == sum(1 for one in found if one != "closed")
    chosen = replace(mine, filters={"fonds": ["Z1"]}, year_from=1952, year_to=1955)
    for_all = everything(index, replace(chosen, viewer_tokens=None))[0]
    assert everything(index, chosen)[0] == for_all & may_see(viewer)


SAMPLED = {"by the rarest word": (8, NEVER), "by the sample": (NEVER, NEVER), "his lists": (8, 0)}


@pytest.mark.parametrize("how", SAMPLED)
@pytest.mark.parametrize("text", QUESTIONS)
@pytest.mark.parametrize("viewer", VIEWERS)
def test_neither_a_sample_nor_a_near_word_shows_him_more(index, monkeypatch, viewer, text, how):
    often, little = SAMPLED[how]
    monkeypatch.setattr(samples, "ENOUGH", 100)
    monkeypatch.setattr(deciding, "DEAR", 200)
    monkeypatch.setattr(samples, "DEAR", 200)
    monkeypatch.setattr(deciding, "SHOWN", 20)
    monkeypatch.setattr(answers, "CAP", 400)
    monkeypatch.setattr(queries, "OFTEN", often)
    monkeypatch.setattr(queries, "LITTLE", little)
    for name in ("MANY", "MANY_HALVES", "FEW", "ENOUGH"):
        monkeypatch.setattr(nearness, name, 100)
    for sort in ("relevance", "date"):
        asked = SearchQuery(text, frozenset(VIEWERS[viewer]), limit=100, sort=sort)
        found, _total = everything(index, asked)
        assert found <= may_see(viewer)
        if text in ("防汛", OFTEN, "防汛工作会义纪要"):
            assert bool(found) == bool(may_see(viewer))
    suggested = index.suggest(text, frozenset(VIEWERS[viewer]), 50) if text else []
    if "holder:3" not in VIEWERS[viewer]:
        assert SECRET not in suggested
    elif text == SECRET:
        assert "secret" in found and SECRET in suggested


def test_the_very_one_is_added_to_a_sample_for_those_who_may_see_it(index, monkeypatch):
    monkeypatch.setattr(samples, "ENOUGH", 100)
    monkeypatch.setattr(samples, "DEAR", 200)
    monkeypatch.setattr(deciding, "DEAR", 200)
    monkeypatch.setattr(deciding, "SHOWN", 20)
    index.put([record("named", OFTEN, tokens=("holder:3",))])
    index.commit()
    for viewer, tokens in VIEWERS.items():
        page = index.search(SearchQuery(OFTEN, frozenset(tokens), limit=20))
        first = page.hits[0].id if page.hits else ""
        assert (first == "named") == ("holder:3" in tokens), viewer
    index.delete(["named"])
    index.commit()
