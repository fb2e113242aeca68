import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantai.core.search.port import QueryRefused, SearchQuery
from tests.contract.search.documents import PUBLIC, RECORDS, filled, record


@pytest.mark.parametrize(
    "text",
    [
        '"',
        '""',
        '"档案',
        "(((",
        ")",
        "[a-z",
        "a{99999}",
        "(a+)+$",
        "\\",
        "档案\\",
        "*?*?*",
        "?",
        "档号:*",
        "档号:[",
        "档号:(*",
        "\x00",
        "档\x00案",
        "\ud800",
        "\ue000",
        "档\ue000案",
        "title:",
        "::",
        "AND OR NOT",
        "- - -",
        "--",
        "-",
        "'; DROP TABLE records; --",
        "{{7*7}}",
        "<script>",
        "../../etc",
        "年度:99999999",
        "9999..0001",
        "0..",
        "😀",
        "a\u0301",
        "档" * 1000,
        "a*" * 300,
        "档号:" + "*a" * 400,
        "\u202e案档",
        "%",
        "_",
        "~",
        "^",
        "+",
        "!",
        "/",
        "&&",
        "||",
    ],
)
def test_no_question_breaks_the_engine(engine, text):
    filled(engine)
    started = time.process_time()
    page = engine.search(SearchQuery(text, PUBLIC, facets=("fonds",)))
    engine.suggest(text, PUBLIC)
    assert page.total >= 0
    assert time.process_time() - started < 5


def test_a_question_of_a_megabyte_is_refused_at_once(engine):
    filled(engine)
    with pytest.raises(QueryRefused):
        engine.search(SearchQuery("档" * 1_000_000, PUBLIC))
    assert engine.suggest("档案" * 500_000, PUBLIC) == []


def test_hostile_records_are_taken_and_found(engine):
    filled(
        engine,
        [
            record(
                "a", "甲\x00乙\ud800丙\ue000丁", tokens=("public", ""), text="\x00", fonds="\x01"
            ),
            record("b", "长" * 100_000, reference_code="Z" * 70_000, doc_no="9" * 70_000),
            record("c", "", fulltext="文" * 300_000 + "尾声", creator="名;" * 5_000),
            record("", "空号"),
        ],
    )
    assert engine.count() == 4
    assert engine.search(SearchQuery("尾声", PUBLIC)).hits[0].id == "c"
    assert engine.search(SearchQuery("空号", PUBLIC)).total == 1


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(
    text=st.text(alphabet=st.sampled_from('档案法农业"-*?:或非 OR题名1950.〔〕号7'), max_size=14)
)
def test_both_engines_agree_on_any_question(text, pair):
    memory, index = pair
    ours = memory.search(SearchQuery(text, PUBLIC, exact=True))
    theirs = index.search(SearchQuery(text, PUBLIC, exact=True))
    assert {h.id for h in ours.hits} == {h.id for h in theirs.hits}


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    from lantai.engines.search import open_search

    place = tmp_path_factory.mktemp("pair") / "index"
    return filled(open_search("memory://")), filled(open_search(f"tantivy://{place}"))


def test_searching_goes_on_while_the_index_is_rebuilt_and_no_edit_is_missed(engine):
    filled(engine)
    faults, answered, stop = [], [], threading.Event()

    def search():
        while not stop.is_set():
            try:
                answered.append(engine.search(SearchQuery("档案法", PUBLIC)).total)
            except Exception as error:
                faults.append(error)

    reader = threading.Thread(target=search)
    reader.start()
    try:
        for turn in range(3):
            new = [*RECORDS, *(record(f"r{turn}-{n}", "其他") for n in range(200))]
            assert engine.rebuild(new, lambda sink: sink.put([record("7", "修订档案法")])) == len(
                new
            )
    finally:
        stop.set()
        reader.join()
    assert not faults
    assert set(answered) <= {2, 3}
    assert engine.search(SearchQuery("档案法", PUBLIC)).total == 3
    assert engine.count() == 207


def test_a_failed_rebuild_leaves_the_serving_index(engine):
    filled(engine)

    def broken():
        yield record("9", "新")
        raise RuntimeError("the catalogue went away")

    with pytest.raises(RuntimeError):
        engine.rebuild(broken())
    assert engine.count() == 6
    assert engine.rebuild([record("9", "新")]) == 1
    assert engine.count() == 1
