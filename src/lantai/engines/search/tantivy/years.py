"""Years 年度: the records of a year by a list of their own, so that those of some years are found
without reading the dates of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from tantivy import Query

from lantai.core.search.analysis import DAY_SHIFT
from lantai.engines.search.tantivy.schema import exact_key
from lantai.engines.search.tantivy.terms import Terms, any_of

LAST = 9999  # a year has four digits; 0 is unknown


def year_of(date_sort: int) -> int:
    """The year of a record's key by date."""
    return (date_sort >> DAY_SHIFT) // 10_000


def year_keys(dates: Iterable[int]) -> Iterator[int]:
    """What each record is found by, from its key by date."""
    return (_key(year_of(date)) for date in dates)


def in_years(terms: Terms, first: int, last: int) -> Query:
    """The records of these years, both included."""
    known = [
        year for year in range(first, last + 1) if terms.searcher.doc_freq("exact", _key(year))
    ]
    return any_of([Query.term_query(terms.schema, "exact", _key(year), "basic") for year in known])


@lru_cache(maxsize=LAST + 1)
def _key(year: int) -> int:
    return exact_key("dated", str(year))
