"""Frequent words looked for among the records of rarer ones: the same answers, the same order."""

import pytest

from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy import queries
from lantai.engines.search.tantivy.engine import TantivySearch
from tests.contract.search.documents import PUBLIC, STAFF, record

OFTEN = "人民政府"
QUESTIONS = (
    f"{OFTEN} 防汛",
    f"防汛 {OFTEN} 通知",
    f"{OFTEN} AND 题名:防汛",
    f"(防汛 OR 抗旱) {OFTEN}",
    f"{OFTEN} NOT 防汛",
    f"{OFTEN} 1954..1956",
    f'"{OFTEN}" 档号:Z1-0*',
    f"{OFTEN}关于防汛的通知",
    OFTEN,
)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    engine = TantivySearch(tmp_path_factory.mktemp("rarer") / "index")
    engine.put(
        record(
            str(n),
            f"{OFTEN}关于{'防汛' if n % 90 == 0 else '抗旱' if n % 70 == 0 else '生产'}的通知",
            tokens=("public",) if n % 50 else ("staff",),
            text=f"{OFTEN}办公室" if n % 3 else "防汛指挥部" if n % 77 == 0 else "",
            creator=OFTEN if n % 2 else "",
            reference_code=f"Z{n % 40}-{n:04}",
            fonds=f"Z{n % 40}",
            year=1950 + n % 30,
        )
        for n in range(1, 2_000)
    )
    engine.commit()
    yield engine
    engine.close()


def answered(index, **asked):
    page = index.search(SearchQuery(viewer_tokens=STAFF, limit=300, **asked))
    return [(hit.id, hit.score) for hit in page.hits], page.total


def both_ways(index, monkeypatch, **asked):
    """What is answered with words narrowed as much as may be, and with none."""
    monkeypatch.setattr(queries, "RARER", 0)
    monkeypatch.setattr(queries, "AS_MANY", 10**9)
    narrowed = answered(index, **asked)
    monkeypatch.setattr(queries, "RARER", 10**9)
    monkeypatch.setattr(queries, "AS_MANY", 0)
    return narrowed, answered(index, **asked)


@pytest.mark.parametrize("text", QUESTIONS)
@pytest.mark.parametrize("filters", [{}, {"fonds": ["Z0", "Z10"]}], ids=["all", "two-fonds"])
def test_a_question_is_answered_alike_whether_its_words_are_narrowed(
    index, monkeypatch, text, filters
):
    narrowed, plain = both_ways(index, monkeypatch, text=text, filters=filters)
    assert narrowed == plain
    assert narrowed[1] or filters


def test_few_that_a_viewer_may_see_are_found_whole(index, monkeypatch):
    narrowed, plain = both_ways(index, monkeypatch, text=OFTEN, ids=frozenset({"50", "100", "7"}))
    assert narrowed == plain
    assert {name for name, _score in narrowed[0]} == {"50", "100", "7"}
    public = index.search(SearchQuery(f"{OFTEN} 防汛", PUBLIC, limit=300))
    assert public.total and all(int(hit.id) % 50 for hit in public.hits)


TOGETHER = (  # quoted, so that words of the trade stand for themselves alone
    f'"{OFTEN}" "防汛"',
    '"防汛" "通知"',
    '"通知" "防汛" "于防汛"',
    '"防汛" "办公室"',
    '"防汛" "指挥部" "政府"',
    '题名:"抗旱" "办公室"',
    '正文:"办公" 题名:"抗旱"',
    '责任者:"人民" 题名:"生产的通知"',
    '"防汛" NOT "指挥部"',
    '"防汛" Z10-0090',
    '"防汛" "政府关于防"',
    f"{OFTEN} 防汛",
)


@pytest.mark.parametrize("text", TOGETHER)
def test_a_word_that_another_tells_need_not_be_read_again(index, monkeypatch, text):
    monkeypatch.setattr(queries, "TOLD", 10**9)
    told, total = answered(index, text=text)
    monkeypatch.setattr(queries, "TOLD", 0)
    read = answered(index, text=text)
    assert ({name for name, _score in told}, total) == ({name for name, _ in read[0]}, read[1])
    assert total


def test_of_words_together_what_holds_both_in_its_title_comes_first(index, monkeypatch):
    for told in (0, 10**9):
        monkeypatch.setattr(queries, "TOLD", told)
        hits, total = answered(index, text=f'"防汛" "{OFTEN}"')
        titled = sum(1 for n in range(1, 2_000) if n % 90 == 0)
        assert {int(name) % 90 for name, _score in hits[:titled]} == {0}
        assert total == len(hits) > titled  # others hold it in their text alone


def test_who_is_found_by_the_sound_of_his_name_is_asked_for_the_other_word_too(tmp_path):
    engine = TantivySearch(tmp_path / "index")
    engine.put([record("1", "防汛", persons="王国强"), record("2", "抗旱", persons="王国强")])
    engine.put(record(str(n), f"wangguoqiang 第{n}号") for n in range(3, 30))
    engine.commit()
    found = engine.search(SearchQuery('"防汛" wangguoqiang', PUBLIC, exact=True))
    assert [hit.id for hit in found.hits] == ["1"]
    engine.close()
