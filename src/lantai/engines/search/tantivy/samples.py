"""Samples 抽样: one record in 4, 16, 64, 256 or 1024, by which questions with very many answers are told.

A word that a tenth of eighty million records hold has eight million answers; nobody reads them, and
to count and rank them takes seconds. Each sample is a part of the larger one, and is drawn by
runs of records, which lie together in the index: so to ask a sample of 1/256 costs little more
than 1/256 of asking all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b

import tantivy
from tantivy import Occur, Query

from lantai.core.search.port import SearchQuery
from lantai.core.search.query import Everything, ParsedQuery
from lantai.engines.search.tantivy.bounds import at_most, chosen_at_most
from lantai.engines.search.tantivy.queries import Compiler
from lantai.engines.search.tantivy.schema import exact_key
from lantai.engines.search.tantivy.terms import any_of

SHARES = (1024, 256, 64, 16, 4)  # the smallest sample first
ENOUGH = 10_000  # records that the first sample asked holds at least
COUNTED = 5_000_000  # records up to which a list of all is counted
DEAR = 20_000  # answers up to which all are counted and ranked
RUN = 16  # records that come one after the other, drawn together: words keep to a fonds, samples must not
NAMED = 100  # records that are named alike, above which they are no "very one" to be added
_KEYS = {share: exact_key("sample", str(share)) for share in SHARES}


def sample_keys(identifiers: Sequence[str]) -> Iterator[list[int]]:
    """The samples each of these records is in, mostly none: a run is drawn by its first id."""
    for start in range(0, len(identifiers), RUN):
        first = identifiers[start].encode("utf-8", "replace")
        drawn = int.from_bytes(blake2b(first, digest_size=2).digest(), "big") % SHARES[0]
        keys = [_KEYS[share] for share in SHARES if drawn < SHARES[0] // share]
        for _ in identifiers[start : start + RUN]:
            yield list(keys)


def drawn(compiler: Compiler, share: int) -> Query:
    """The records of a sample."""
    return Query.term_query(compiler.schema, "exact", _KEYS[share], "basic")


def match_in(compiler: Compiler, parsed: ParsedQuery, query: SearchQuery, share: int) -> Query:
    """What answers in a sample, and the very ones the question names wherever they stand."""
    named = compiler.named(parsed.plain, NAMED) if parsed.plain else []
    among = Query.const_score_query(
        any_of([drawn(compiler, share), *(one for one, _worth in named)]), 0.0
    )
    match = replace(compiler, among=among).among_chosen(parsed, query).match(parsed)
    return Query.boolean_query([(Occur.Must, match), (Occur.Must, among)])


def is_dear(compiler: Compiler, parsed: ParsedQuery, query: SearchQuery) -> bool:
    """Whether so many records may answer that a sample is asked first."""
    if isinstance(parsed.root, Everything) and compiler.searcher.num_docs < COUNTED:
        return False
    chosen = chosen_at_most(compiler, query)
    chosen.pop("tokens", None)  # who asks must not be told by how it is asked
    return min([at_most(compiler, parsed.root), *chosen.values()]) > DEAR


def samples_to_ask(searcher: tantivy.Searcher) -> list[int]:
    """Those large enough to be asked, the smallest first."""
    return [share for share in SHARES if searcher.num_docs // share >= ENOUGH]


def in_round_figures(count: float) -> int:
    """Two figures of a number: more an estimate does not know."""
    number = round(count)
    return round(number, 2 - len(str(number)))
