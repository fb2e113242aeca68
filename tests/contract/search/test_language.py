"""What may be asked: other names, dates of any calendar, sounds, brackets; and why a hit is one."""

import pytest

from lantai.core.search.port import SearchQuery
from tests.contract.search.documents import PUBLIC, filled, ids, record

RECORDS = [
    record("p1", "北京市政府公报", year=1955, date="19550301", creator="王淑英", source_id="a"),
    record("p2", "北平市政府布告", year=1937, date="193707", text="卢沟桥"),
    record("p3", "奏为筹办学堂事", year=1904, date="1904", creator="张之洞；欧阳修"),
    record("p4", "关于知识青年安置的通知", date="20190315", year=2019),
    record("p5", "知青花名册", date="20200101", year=2020, persons="曾国华"),
    record("p6", "试行办法（一九五五年）", year=0),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("北平市政府", {"p1", "p2"}),
        ('"北平市政府"', {"p2"}),
        ("光绪三十年", {"p3"}),
        ("民国二十六年七月", {"p2"}),
        ("1937年7月", {"p2"}),
        ("日期:1937-07", {"p2"}),
        ("2019-03..2020-01", {"p4", "p5"}),
        ("日期:光绪三十年..民国26年", {"p2", "p3"}),
        ("日期:2019年3月..2019年12月", {"p4"}),
        ("知青", {"p4", "p5"}),
        ("wangshuying", {"p1"}),
        ("Wang Shuying", {"p1"}),
        ("wsy", {"p1"}),
        ("zengguohua", {"p5"}),
        ("oyx", {"p3"}),
        ("人名:王淑英", {"p1"}),
        ("(公报 或者 布告) 市政府", {"p1", "p2"}),
        ("（公报 或 奏为） 不含 学堂", {"p1"}),
        ("市政府 并且 公报", {"p1"}),
        ("（一九五五年）", {"p6"}),
        ("((公报 或 布告) 或 学堂) 1904..1940", {"p2", "p3"}),
    ],
)
def test_the_language_says_what_is_meant(engine, text, expected):
    filled(engine, RECORDS)
    page = engine.search(SearchQuery(text, PUBLIC))
    assert {hit.id for hit in page.hits} == expected
    assert not page.near


def test_the_words_themselves_come_before_other_names(engine):
    filled(engine, RECORDS)
    page = engine.search(SearchQuery("北平", PUBLIC, explain=True))
    assert [hit.id for hit in page.hits] == ["p2", "p1"]
    assert any("北京" in zh for zh, _en in page.notes)
    first, second = (hit.reasons for hit in page.hits)
    assert {"word": "北平", "field": "title", "how": "words"} in first
    assert {"word": "北京", "field": "title", "how": "other_name"} in second
    marked = page.hits[1].highlights["title"]
    assert [marked["text"][a:b] for a, b in marked["places"]] == ["北京"]


@pytest.mark.parametrize("text", ["知识青年按置的通知", "知识青年置安的通知", "知识青年置的通知", "知识青年安安置的通知"])  # fmt: skip
def test_one_character_wrong_missing_too_many_or_changed_about(engine, text):
    filled(engine, RECORDS)
    page = engine.search(SearchQuery(text, PUBLIC, explain=True))
    assert page.near and page.hits[0].id == "p4"
    assert page.hits[0].reasons[-1]["how"] == "near"


def test_search_within_a_selection(engine):
    filled(engine, RECORDS)
    chosen = frozenset({"p1", "p3"})
    assert set(ids(engine, "", ids=chosen)) == chosen
    assert ids(engine, "市政府", ids=chosen) == ["p1"]
    assert ids(engine, "市政府", ids=frozenset()) == []


def test_the_sound_of_a_closed_records_name_finds_nothing(engine):
    filled(engine, [record("c", "某案", tokens=("staff",), creator="王淑英")])
    assert not ids(engine, "wsy") and not ids(engine, "王淑英")
