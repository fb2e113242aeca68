import random

import pytest

from lantai.core.search.analysis import compact
from lantai.core.search.port import QueryRefused, SearchQuery
from tests.contract.search.documents import PUBLIC, STAFF, every_id, filled, ids, record


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("档案", {"1", "2"}),
        ("檔案", {"1", "2"}),
        ("法", {"1", "2", "4", "6"}),
        ("府", {"1"}),
        ("人民政府应当", {"1"}),
        ("档案 实施", {"2"}),
        ("档案 -实施", {"1"}),
        ("农业法 -实施", {"4"}),
        ("农业法 OR 档案法", {"1", "2", "4", "6"}),
        ("题名:农业法", {"4", "6"}),
        ("责任者:国家档案局", {"2"}),
        ("全文:政府", {"1"}),
        ("全宗:Z109", {"1", "2"}),
        ("档号:Z109-WS·19*", {"1", "2"}),
        ("z109-ws·1987*", {"1"}),
        ("档号:Z109-WS·1987-D30-000?", {"1"}),
        ("1985..1990", {"1", "2"}),
        ("档案 1990..", {"2"}),
        ("文号:440号", {"1"}),
        ("国务院令440号", {"1"}),
        ("国务院令 第440号", {"1"}),
        ("国档发[2012]第7号", {"5"}),
        ("国档发（2012）7号", {"5"}),
        ("ｚ１０９", {"1", "2"}),
        ("-法", {"5"}),
        ("", {"1", "2", "4", "5", "6"}),
    ],
)
def test_what_is_asked_is_found(engine, text, expected):
    filled(engine)
    page = engine.search(SearchQuery(text, PUBLIC))
    assert {hit.id for hit in page.hits} == expected
    assert page.total == len(expected)
    assert not page.near


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("农业法", "4"),
        ("《農業法》实施细则", "6"),
        ("中华人民共和国档案法", "1"),
        ("国家档案局", "2"),
        ("国务院令440号", "1"),
        ("Z109-WS·1990-D30-0010", "2"),
        ("中华人民共合国档案法", "1"),
        ("农业发实施细则", "6"),
    ],
)
def test_the_very_document_comes_first(engine, text, first):
    assert ids(filled(engine), text)[0] == first


def test_elements_do_not_run_into_each_other(engine):
    filled(engine)
    assert not engine.search(SearchQuery("人大常委", PUBLIC, exact=True)).total


def test_one_wrong_character_is_forgiven_and_said(engine):
    filled(engine)
    page = engine.search(SearchQuery("档桉法", PUBLIC))
    assert page.near
    assert {"1", "2"} <= {hit.id for hit in page.hits}
    assert not engine.search(SearchQuery("档桉法", PUBLIC, exact=True)).total
    assert not engine.search(SearchQuery('"档桉法"', PUBLIC)).total


def test_most_words_are_enough_when_all_are_not_there(engine):
    filled(engine)
    page = engine.search(SearchQuery("档案工作 领导 甲乙丙丁", PUBLIC))
    assert page.near
    assert page.hits[0].id == "1"


def test_an_updated_record_is_found_by_its_new_text_only(engine):
    filled(engine)
    engine.put([record("4", "林业法")])
    engine.delete(["6"])
    engine.commit()
    assert ids(engine, "林业") == ["4"]
    assert not engine.search(SearchQuery("农业法", PUBLIC, exact=True)).total
    assert engine.count() == 5


def test_filters_years_and_facets_agree(engine):
    filled(engine)
    query = SearchQuery("法", PUBLIC, facets=("fonds", "record_class", "year"))
    assert dict(engine.search(query).facets["fonds"]) == {"Z109": 2, "Z200": 1}
    assert dict(engine.search(query).facets["year"]) == {"1987": 1, "1990": 1, "2002": 1, "2004": 1}
    assert set(ids(engine, "法", filters={"fonds": ["Z109", "Z200"]})) == {"1", "2", "4"}
    assert set(ids(engine, "法", filters={"year": ["1987"]})) == {"1"}
    assert set(ids(engine, "法", year_from=1990, year_to=2002)) == {"2", "4"}
    assert ids(engine, "法", filters={"fonds": []}) == []
    for wrong in ({"filters": {"x": ["1"]}}, {"facets": ("x",)}, {"sort": "x"}, {"limit": -1}):
        with pytest.raises(QueryRefused):
            engine.search(SearchQuery("法", PUBLIC, **wrong))


def test_sorts(engine):
    filled(engine)
    assert ids(engine, "", sort="date") == ["1", "2", "4", "6", "5"]
    assert ids(engine, "", sort="-date") == ids(engine, "", sort="date")[::-1]
    assert ids(engine, "档案", sort="reference_code") == ["1", "2"]


def test_highlights_have_places_in_the_original(engine):
    filled(engine)
    hit = engine.search(SearchQuery("档案 人民政府", PUBLIC)).hits[0]
    assert hit.source_id == "s1"
    for name, words in (("title", ["檔案"]), ("fulltext", ["人民 政府", "档案"])):
        shown = hit.highlights[name]
        assert [shown["text"][a:b] for a, b in shown["places"]] == words
    assert not engine.search(SearchQuery("档案", PUBLIC, highlight=False)).hits[0].highlights


def test_suggestions_begin_before_they_contain(engine):
    filled(engine)
    assert engine.suggest("農業", PUBLIC)[0] == "农业法"
    assert engine.suggest("档案", PUBLIC, 1) == ["中華人民共和國檔案法"]
    assert engine.suggest("", PUBLIC) == []


def test_any_substring_is_found_and_the_totals_are_true(engine):
    rng = random.Random(7)
    letters = "档案法国务院令第号甲乙ab 1、（\n"
    made = [
        record(
            str(n),
            "".join(rng.choices(letters, k=rng.randint(0, 9))),
            text="".join(rng.choices(letters, k=12)),
            fulltext="".join(rng.choices(letters, k=25)),
        )
        for n in range(60)
    ]
    filled(engine, made)
    texts = {
        r.id: [compact(r.title), compact(r.fulltext), *map(compact, r.text.splitlines())]
        for r in made
    }
    for _ in range(120):
        source = rng.choice(rng.choice(list(texts.values())))
        start, length = rng.randrange(len(source) or 1), rng.randint(1, 6)
        needle = source[start : start + length].strip()
        if not needle or "号" in needle:  # a document number is also found in other spellings
            continue
        true = {i for i, parts in texts.items() if any(needle in part for part in parts)}
        page = engine.search(SearchQuery(f'"{needle}"', PUBLIC, limit=100))
        assert {hit.id for hit in page.hits} == true, needle
        assert page.total == len(true)


@pytest.mark.parametrize("sort", ["relevance", "date", "-date", "reference_code"])
def test_pages_give_each_record_once(engine, sort):
    filled(engine, [record(str(n), f"档案第{n % 7}卷", year=1950 + n % 5) for n in range(57)])
    found = every_id(engine, "档案", sort=sort, limit=5)
    assert sorted(found, key=int) == [str(n) for n in range(57)]
    assert found == ids(engine, "档案", sort=sort, limit=100)


@pytest.mark.parametrize("sort", ["date", "-date", "relevance", "reference_code"])
def test_a_page_goes_on_after_its_last_record_though_others_come(engine, sort):
    made = [
        record(f"n{n}", f"档案{n:03}", year=1900 + n, reference_code=f"A-{n}") for n in range(40)
    ]
    filled(engine, made)
    first = engine.search(SearchQuery("档案", PUBLIC, limit=10, sort=sort))
    engine.put(
        [record("x1", "档案", year=1, reference_code="A-0-1"), record("x2", "档案", year=9998)]
    )
    engine.commit()
    second = engine.search(SearchQuery("档案", PUBLIC, limit=10, sort=sort, after=first.next))
    seen = [hit.id for hit in (*first.hits, *second.hits)]
    assert len(seen) == len(set(seen)) == 20


def test_a_cursor_of_another_question_or_viewer_is_refused(engine):
    filled(engine)
    mark = engine.search(SearchQuery("法", STAFF, limit=1)).next
    for query in (
        SearchQuery("法律", STAFF, limit=1, after=mark),
        SearchQuery("法", PUBLIC, limit=1, after=mark),
        SearchQuery("法", STAFF, limit=1, after=mark[:-3]),
        SearchQuery("法", STAFF, limit=1, after="！！"),
        SearchQuery("法", STAFF, limit=1, after="A" * 100_000),
    ):
        with pytest.raises(QueryRefused):
            engine.search(query)


def test_equals_keep_their_order_whatever_built_the_index(engine):
    records = [record(f"e{n}", "同样的题名档案", year=1950) for n in range(120)]
    found = ids(filled(engine, records), "档案", limit=200)
    assert sorted(found) == sorted(r.id for r in records)
    assert every_id(engine, "档案", limit=7) == found
    engine.put(records[60:] + records[:30])
    engine.commit()
    assert ids(engine, "档案", limit=200) == found
    engine.rebuild(reversed(records))
    assert ids(engine, "档案", limit=200) == found
