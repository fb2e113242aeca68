from dataclasses import replace

import pytest

from lantai.core.search.port import SearchQuery
from tests.contract.search.documents import PUBLIC, RECORDS, STAFF, every_id, filled

SECRETS = [
    "秘密调查",
    "秘",
    "獬豸",
    "獬",
    "鳜鱼",
    "密档内容鳜鱼",
    "赵钱孙",
    "Z777-MM·1966-Y-0001",
    "Z777*",
    "档号:Z777*",
    "密发〔1966〕99号",
    "密发[1966]99号",
    "全宗:Z777",
    "门类:MM",
    "1966..1966",
    "关于档案人员的秘密调差",
    "獬豸计画",
]


@pytest.mark.parametrize("text", SECRETS)
def test_a_closed_record_is_not_found_by_its_text(engine, text):
    filled(engine)
    page = engine.search(SearchQuery(text, PUBLIC, facets=("fonds", "record_class", "year")))
    assert "3" not in {hit.id for hit in page.hits}
    for counts in page.facets.values():
        assert not {"Z777", "MM", "1966"} & {value for value, _ in counts}
    assert "3" in {hit.id for hit in engine.search(SearchQuery(text, STAFF)).hits}


@pytest.mark.parametrize(
    "text", ["", "档案", "密", "关于", "-法", "人员 OR 农业", "题名:档案", *SECRETS]
)
def test_answers_are_those_of_an_index_without_the_closed_record(engine, text, another):
    filled(engine)
    other = filled(another(engine.id), [r for r in RECORDS if r.id != "3"])
    query = SearchQuery(text, PUBLIC, facets=("fonds", "record_class", "year"))
    ours, theirs = engine.search(query), other.search(query)
    assert (ours.total, ours.near, ours.facets) == (theirs.total, theirs.near, theirs.facets)
    assert {h.id: h.highlights for h in ours.hits} == {h.id: h.highlights for h in theirs.hits}


def test_a_closed_title_is_not_suggested(engine):
    filled(engine)
    assert engine.suggest("秘密", PUBLIC) == []
    assert engine.suggest("档案人员", PUBLIC) == []
    assert engine.suggest("秘密", STAFF) == ["关于档案人员的秘密调查"]
    assert engine.suggest("秘密", None) == ["关于档案人员的秘密调查"]


def test_a_viewer_without_tokens_sees_nothing_and_the_operator_everything(engine):
    filled(engine)
    assert engine.search(SearchQuery("", frozenset())).total == 0
    assert engine.search(SearchQuery("")).total == 0
    assert engine.search(SearchQuery("", None)).total == 6
    assert every_id(engine, "", None, limit=2, sort="date").count("3") == 1


def test_a_record_closed_later_disappears_at_the_commit(engine):
    filled(engine)
    engine.put([_closed("4")])
    engine.commit()
    assert engine.search(SearchQuery("农业法", PUBLIC, exact=True)).total == 1
    assert engine.suggest("农业法", PUBLIC) == ["农业法实施细则"]


def _closed(identifier):
    return replace(next(r for r in RECORDS if r.id == identifier), tokens=("staff",))
