"""What may be asked of any index 检索约束: limits, sorts, filters and facets, the same for all."""

from __future__ import annotations

from lantai.core.search.port import QueryRefused, SearchQuery

FACETS = ("fonds", "record_class", "level", "access_status", "holder", "year")
SORTS = ("relevance", "date", "-date", "reference_code")
MAX_LIMIT = 1000  # records a page
MAX_FACET_VALUES = 500
NOT_YET = ("检索索引尚未建立。", "There is no search index yet.")


def check_query(query: SearchQuery) -> None:
    """`QueryRefused` for what cannot be asked."""
    if not 0 <= query.limit <= MAX_LIMIT:
        raise QueryRefused(
            f"每页条数须在 0 至 {MAX_LIMIT} 之间。", f"The limit must be 0 to {MAX_LIMIT}."
        )
    if query.sort not in SORTS:
        raise QueryRefused(f"没有“{query.sort}”这种排序。", f"There is no sort {query.sort!r}.")
    for name in (*query.filters, *query.facets):
        if name not in FACETS:
            raise QueryRefused(
                f"没有“{name}”这个筛选项或分面。", f"There is no filter or facet {name!r}."
            )
