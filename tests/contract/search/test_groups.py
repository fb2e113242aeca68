"""Who may see all that some kind of token shows is looked up in one list, and sees no more by it."""

import pytest

from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy.engine import TantivySearch
from lantai.engines.search.tantivy.groups import group_of, lists_of
from lantai.engines.search.tantivy.queries import Compiler
from tests.contract.search.documents import record

HOLDERS = [f"holder:N{number}" for number in range(6)]


@pytest.fixture
def index(tmp_path):
    engine = TantivySearch(tmp_path / "index")
    engine.put(
        record(str(n), f"卷宗{n}", tokens=(HOLDERS[n % 6], *(["public"] if n % 9 == 0 else [])))
        for n in range(60)
    )
    engine.put(
        [record("secret", "卷宗密", tokens=("holder:N1:s2",)), record("none", "卷宗空", tokens=())]
    )
    engine.commit()
    yield engine
    engine.close()


def lists(index, tokens):
    reader = index._read()
    return lists_of(Compiler(reader.index.schema, reader.index.searcher()), tokens)


def found(index, tokens):
    return {hit.id for hit in index.search(SearchQuery("卷宗", frozenset(tokens), limit=100)).hits}


@pytest.mark.parametrize(
    ("token", "group"),
    [
        ("holder:N1", "holder:"),
        ("holder:N1:s2", "holder::s2"),
        ("maker:J001", "maker:"),
        ("public", ""),
        ("", ""),
    ],
)
def test_a_group_is_what_tokens_of_others_have_in_common(token, group):
    assert group_of(token) == group


def test_who_carries_every_token_there_is_of_a_kind_is_looked_up_in_one_list(index):
    assert len(lists(index, [*HOLDERS, "holder:N99"])) == 1
    assert len(lists(index, ["public", *HOLDERS])) == 2
    assert found(index, HOLDERS) == {str(n) for n in range(60)}


def test_who_lacks_one_is_looked_up_in_each(index):
    assert len(lists(index, HOLDERS[1:])) == 5
    assert found(index, HOLDERS[1:]) == {str(n) for n in range(60) if n % 6}
    assert found(index, {"public", *HOLDERS[1:]}) == {
        str(n) for n in range(60) if n % 6 or n % 9 == 0
    }


def test_another_level_of_secrecy_is_another_group(index):
    assert "secret" not in found(index, HOLDERS)
    assert "secret" in found(index, [*HOLDERS, "holder:N1:s2"])


def test_a_token_that_reads_like_a_group_opens_nothing(index):
    for forged in ("holder:", "holder::", "tokens of", "holder", "holder::s2"):
        assert found(index, {forged}) == set()


def test_a_record_of_an_archives_he_does_not_know_yet_stays_unseen(index):
    index.put([record("new", "卷宗新", tokens=("holder:N7",))])
    index.commit()
    assert found(index, HOLDERS) == {str(n) for n in range(60)}
    index.delete(["new"])
    index.commit()
    assert found(index, HOLDERS) == {str(n) for n in range(60)}


def test_a_record_that_carries_two_of_a_group_does_not_hide_another_of_none_of_his(tmp_path):
    engine = TantivySearch(tmp_path / "two")
    engine.put([record("both", "卷宗", tokens=("holder:N0", "holder:N1"))])
    engine.put([record("other", "卷宗", tokens=("holder:N2",))])
    engine.commit()
    assert found(engine, HOLDERS[:2]) == {"both"}
    engine.close()
