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


def in_years(terms: Terms, first: int, last: int) -> tuple[Query, int]:
    """The records of these years, both included, and how many they are."""
    keys = [_key(year) for year in range(first, last + 1)]
    held = [(key, count) for key in keys if (count := terms.searcher.doc_freq("exact", key))]
    wanted = [Query.term_query(terms.schema, "exact", key, "basic") for key, _count in held]
    return any_of(wanted), sum(count for _key, count in held)


@lru_cache(maxsize=LAST + 1)
def _key(year: int) -> int:
    return exact_key("dated", str(year))
