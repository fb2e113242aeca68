"""Questions with very many answers: told from a sample, and only where very many may be seen."""

from dataclasses import replace

import pytest

from lantai.core.search.cursor import read_cursor, write_cursor
from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy import answers, deciding, samples
from lantai.engines.search.tantivy.engine import TantivySearch
from tests.contract.search.documents import PUBLIC, record

EVERY = 4_000
OFTEN = "防汛工作会议"


def made(number, tokens=("public",)):
    title = f"{OFTEN}纪要{number:05}" if number % 2 else f"卷内文件{number:05}"
    return record(
        str(number), title, tokens=tokens, fonds=f"Z{number % 3}", year=1950 + number % 50
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    engine = TantivySearch(tmp_path_factory.mktemp("samples") / "index")
    engine.put(made(number) for number in range(EVERY))
    engine.put([record("very-one", OFTEN), record("rare", "防汛会议工作")])
    engine.put(made(n, ("closed",)) for n in range(EVERY, EVERY + 1_000))
    engine.commit()
    yield engine
    engine.close()


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """What is many, brought down to what a test makes in a second."""
    monkeypatch.setattr(samples, "ENOUGH", 300)
    monkeypatch.setattr(deciding, "DEAR", 400)
    monkeypatch.setattr(samples, "DEAR", 400)
    monkeypatch.setattr(deciding, "SHOWN", 60)
    monkeypatch.setattr(answers, "CAP", 100)


def search(index, text, **more):
    return index.search(SearchQuery(text, PUBLIC, **more))


def pages(index, query):
    """All hits, page after page."""
    found = []
    while True:
        page = index.search(query)
        assert page.hits
        found += page.hits
        if not page.next:
            return found
        query = replace(query, after=page.next)


def test_very_many_answers_are_estimated_and_the_very_one_comes_first(index):
    page = search(index, OFTEN, facets=("fonds",), highlight=True)
    assert page.capped
    assert page.total == pytest.approx(EVERY / 2, rel=0.35)
    assert page.hits[0].id == "very-one"
    assert all("title" in hit.highlights for hit in page.hits)
    assert sum(count for _value, count in page.facets["fonds"]) == pytest.approx(
        page.total, rel=0.1
    )


def test_pages_of_a_sample_go_on_to_where_pages_end_and_show_nothing_twice(index):
    found = [hit.id for hit in pages(index, SearchQuery(OFTEN, PUBLIC, limit=30))]
    assert 60 <= len(found) <= 120
    assert len(set(found)) == len(found)
    assert all(name == "very-one" or int(name) % 2 for name in found)


def test_pages_go_on_in_larger_samples_until_each_answer_was_shown_once(index, monkeypatch):
    monkeypatch.setattr(answers, "CAP", 10_000)
    query = SearchQuery(OFTEN, PUBLIC, limit=70, facets=("fonds",))
    told, asked = index.search(query), set()
    found = [hit.id for hit in told.hits]
    page = told
    while page.next:
        asked.add(read_cursor(replace(query, after=page.next))["s"])
        page = index.search(replace(query, after=page.next))
        found += [hit.id for hit in page.hits]
        assert (page.total, page.capped) == (told.total, True)
    assert len(asked) > 1 and 1 in asked
    assert len(found) == len(set(found))
    assert set(found) == {"very-one", *(str(n) for n in range(1, EVERY, 2))}
    assert sum(n for _value, n in page.facets["fonds"]) == pytest.approx(told.total, rel=0.35)


def test_a_page_goes_on_in_its_sample_when_the_index_changed_meanwhile(index):
    first = search(index, OFTEN, limit=30)
    index.put([record("later", f"{OFTEN}补")])
    index.commit()
    second = search(index, OFTEN, limit=30, after=first.next)
    index.delete(["later"])
    index.commit()
    assert not {hit.id for hit in first.hits} & {hit.id for hit in second.hits}
    assert second.capped


def test_words_that_are_frequent_by_themselves_but_not_together_are_found_whole(index):
    page = search(index, '"防汛会议工作"')
    assert [hit.id for hit in page.hits] == ["rare"]
    assert (page.total, page.capped) == (1, False)


def test_answers_that_are_not_so_many_are_counted(index):
    page = search(index, OFTEN, filters={"fonds": ["Z1"]}, year_from=1950, year_to=1965)
    truth = [n for n in range(1, EVERY, 2) if n % 3 == 1 and n % 50 <= 15]
    assert (page.total, page.capped) == (len(truth), False)


@pytest.mark.parametrize("sort", ["date", "-date"])
def test_by_date_every_record_is_shown_once_and_in_order(index, sort):
    query = SearchQuery(OFTEN, PUBLIC, sort=sort, limit=90)
    assert index.search(query).capped
    found = [hit.id for hit in pages(index, query)]
    assert set(found) == {"very-one", *(str(n) for n in range(1, EVERY, 2))}
    assert len(found) == EVERY // 2 + 1
    years = [1950 + int(name) % 50 for name in found if name.isdigit()]
    assert years == sorted(years, reverse=sort == "-date")
    assert found[0 if sort == "date" else -1] == "very-one"  # of no date


def test_closed_records_change_nothing_of_an_estimate(index, tmp_path, monkeypatch):
    monkeypatch.setattr(samples, "ENOUGH", 200)
    alone = TantivySearch(tmp_path / "index")
    alone.put(made(number) for number in range(EVERY))
    alone.commit()
    before = search(alone, OFTEN, facets=("fonds", "year"))
    assert before.capped
    alone.put(made(number, ("closed",)) for number in range(EVERY, EVERY + 700))
    alone.commit()
    after = search(alone, OFTEN, facets=("fonds", "year"))
    assert (after.total, after.facets) == (before.total, before.facets)
    assert [hit.id for hit in after.hits] == [hit.id for hit in before.hits]
    alone.close()


def test_many_of_one_title_are_no_very_one_and_swell_no_estimate(tmp_path, monkeypatch):
    monkeypatch.setattr(samples, "ENOUGH", 10)
    monkeypatch.setattr(samples, "NAMED", 20)
    alike = TantivySearch(tmp_path / "index")
    alike.put(record(str(n), "会议记录" if n < 1_500 else f"会议记录{n}") for n in range(2_000))
    alike.commit()
    page = search(alike, "会议记录")
    assert page.total == pytest.approx(2_000, rel=0.3)
    alike.close()


def test_words_that_keep_to_one_fonds_are_estimated_as_well(tmp_path, monkeypatch):
    monkeypatch.setattr(samples, "ENOUGH", 3_000)
    together = TantivySearch(tmp_path / "index")
    together.put(
        record(str(n), f"{OFTEN}{n}" if 5_000 <= n < 9_000 else f"卷内文件{n}")
        for n in range(12_000)
    )
    together.commit()
    page = search(together, OFTEN)
    assert page.capped
    assert page.total == pytest.approx(4_000, rel=0.25)
    together.close()


def test_a_mark_with_no_sample_of_ours_is_asked_of_all(index):
    query = SearchQuery(OFTEN, PUBLIC, limit=30)
    place = read_cursor(SearchQuery(OFTEN, PUBLIC, limit=30, after=index.search(query).next))
    forged = write_cursor(query, {**place, "s": 7})
    page = index.search(SearchQuery(OFTEN, PUBLIC, limit=30, after=forged))
    assert not page.capped and len(page.hits) == 30
