"""Near matches 容错检索: candidates that the index finds, verified by reading what was kept of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tantivy import Query

from lantai.core.search.analysis import compact, key_of, title_key
from lantai.core.search.nearness import Nearly, nearly_contains
from lantai.core.search.persons import nearly_named
from lantai.engines.search.tantivy_queries import Clause, Compiler, within
from lantai.engines.search.tantivy_reading import Address, Reading
from lantai.engines.search.tantivy_weights import NEARLY_HELD, NEARLY_NAMED, NEARLY_TITLE

CANDIDATES = 150  # titles verified for one wrong character, and names
READ_WHOLE = 30  # near records whose texts are read
MOST_READ = 200_000  # characters of each


def near_query(
    compiler: Compiler, reading: Reading, nearly: Nearly, limits: Sequence[Clause]
) -> Query:
    """Records near to what was asked, the surest first: a title or a name but for one
    character, else a text but for one, else what holds most of the words."""
    forgiven: dict[str, float] = {}
    if nearly.key:
        forgiven |= _named(compiler, reading, nearly.key, limits)
        forgiven |= dict.fromkeys(_titled(compiler, reading, nearly.key, limits), NEARLY_TITLE)
    query = compiler.near(nearly, forgiven)
    if nearly.key and not forgiven:
        held = list(_holding(reading, nearly.key, within(query, limits)))
        query = compiler.near(nearly, dict.fromkeys(held, NEARLY_HELD)) if held else query
    return query


def _titled(
    compiler: Compiler, reading: Reading, key: str, limits: Sequence[Clause]
) -> Iterator[str]:
    found = _found(reading, within(compiler.candidates(key), limits), CANDIDATES)
    for identifier, title in reading.titles(found):
        if nearly_contains(key, title_key(title)):
            yield identifier


def _named(
    compiler: Compiler, reading: Reading, key: str, limits: Sequence[Clause]
) -> dict[str, float]:
    wanted = compiler.namesakes(key)
    if wanted is None:
        return {}
    read = reading.documents(_found(reading, within(wanted, limits), CANDIDATES))
    named = {one.id: nearly_named(key, one.creator, one.persons) for one in read}
    return {identifier: NEARLY_NAMED * how for identifier, how in named.items() if how}


def _holding(reading: Reading, key: str, query: Query) -> Iterator[str]:
    for one in reading.documents(_found(reading, query, READ_WHOLE)):
        texts = (one.text[:MOST_READ], one.fulltext[:MOST_READ])
        if any(nearly_contains(key, key_of(compact(text))) for text in texts if text):
            yield one.id


def _found(reading: Reading, query: Query, most: int) -> list[Address]:
    hits = reading.searcher.search(query, limit=most, count=False).hits
    return [at for _, at in hits]
