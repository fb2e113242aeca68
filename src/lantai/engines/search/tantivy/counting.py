"""Counting 分面计数: how many answers have each value, told beside the ranking by another core."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import tantivy
from tantivy import Query

from lantai.core.search.asking import MAX_FACET_VALUES

THREADS = 2  # more would take from each other; who finds them busy counts himself
_beside = ThreadPoolExecutor(THREADS, thread_name_prefix="lantai-facets")


class Counting:
    """Counts the values of fields among what answers; begun at once, while others do what they do."""

    def __init__(self, searcher: tantivy.Searcher, match: Query, names: Sequence[str]) -> None:
        self._asked = searcher, match, list(dict.fromkeys(names))
        self._told = _beside.submit(counted, *self._asked)

    def told(self) -> dict[str, list[tuple[Any, int]]]:
        """The same as `counted`; if nobody has begun with it, counted here."""
        return counted(*self._asked) if self._told.cancel() else self._told.result()


def counted(
    searcher: tantivy.Searcher, match: Query, names: Sequence[str]
) -> dict[str, list[tuple[Any, int]]]:
    """For each field its values and how many records have them, most first."""
    terms = {
        name: {"terms": {"field": name, "size": MAX_FACET_VALUES, "segment_size": 10_000}}
        for name in names
    }
    found = searcher.aggregate(match, terms) if terms else {}
    return {
        name: [(bucket["key"], int(bucket["doc_count"])) for bucket in found[name]["buckets"]]
        for name in names
    }
