"""Samples 抽样: one record in 4, 8 … 512 or 1024, by which questions with very many answers are told.

A word that a tenth of eighty million records hold has eight million answers; nobody reads them, and
to count and rank them takes seconds. A record is drawn by its id alone, and each sample is a part
of the larger one. Records are laid into the index those of the smallest sample first, so many at a
time: so a sample lies together, and to ask one of 1/256 costs little more than 1/256 of asking all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

import tantivy
from tantivy import Occur, Query

from lantai.core.search.port import SearchQuery
from lantai.core.search.query import Everything, ParsedQuery
from lantai.engines.search.tantivy.bounds import at_most, chosen_at_most
from lantai.engines.search.tantivy.limits import Clause, Match
from lantai.engines.search.tantivy.queries import Compiler
from lantai.engines.search.tantivy.schema import exact_key
from lantai.engines.search.tantivy.terms import any_of

SHARES = (1024, 512, 256, 128, 64, 32, 16, 8, 4)  # the smallest sample first
ENOUGH = 10_000  # records that the first sample asked holds at least
COUNTED = 5_000_000  # records up to which a list of all is counted
DEAR = 14_000  # answers up to which all are counted and ranked, so that ten thousand surely are
NAMED = 100  # records that are named alike, above which they are no "very one" to be added
_KEYS = {share: exact_key("sample", str(share)) for share in SHARES}
_DRAWN = [  # by what is drawn of its id, the samples a record is in
    [_KEYS[share] for share in SHARES if place < SHARES[0] // share] for place in range(SHARES[0])
]


def sample_keys(identifiers: Sequence[str]) -> Iterator[list[int]]:
    """The samples each of these records is in, mostly none; the more, the smaller the least."""
    for identifier in identifiers:
        yield _DRAWN[crc32(identifier.encode("utf-8", "replace")) % SHARES[0]].copy()


def outside(identifiers: Sequence[str], share: int) -> int:
    """How many of these records are not in a sample."""
    return sum(_KEYS[share] not in keys for keys in sample_keys(identifiers))


def drawn(compiler: Compiler, share: int) -> Query:
    """The records of a sample."""
    return Query.term_query(compiler.schema, "exact", _KEYS[share], "basic")


@dataclass(frozen=True, slots=True)
class Sample:
    """One record in ``share``; but for those of the smaller sample ``past``, whose answers the
    pages before have shown. One in one are all records."""

    share: int = 1
    past: int = 0

    @property
    def times(self) -> float:
        """How many answers there are to one in the sample."""
        return 1 / (1 / self.share - (1 / self.past if self.past else 0))

    @property
    def following(self) -> Sample | None:
        """Where the pages go on when all in this one are shown."""
        larger = [share for share in (*SHARES, 1) if share < self.share]
        return Sample(larger[0], self.share) if larger else None

    def asked(self, compiler: Compiler, parsed: ParsedQuery, query: SearchQuery) -> Match:
        """What answers in it, and the very ones the question names wherever they stand."""
        named = [one for one, _worth in compiler.named(parsed.plain, NAMED)] if parsed.plain else []
        narrowed, bounds = self.bounds(compiler, named)
        asked = narrowed.among_chosen(parsed, query).asked(parsed)
        return replace(asked, query=Query.boolean_query([(Occur.Must, asked.query), *bounds]))

    def bounds(self, compiler: Compiler, named: Sequence[Query]) -> tuple[Compiler, list[Clause]]:
        """The compiler by which words are looked for in it and among the ``named``, wherever they
        stand, and what its answers must be."""
        past = [drawn(compiler, self.past), *named] if self.past else []
        without = [(Occur.MustNot, one) for one in past]
        if self.share == 1:
            return compiler, without
        among = any_of([drawn(compiler, self.share), *(() if past else named)])
        among = Query.const_score_query(among, 0.0)
        among = Query.boolean_query([(Occur.Must, among), *without]) if past else among
        amount = compiler.searcher.num_docs // self.share
        return replace(compiler, among=among, amount=amount), [(Occur.Must, among)]


ALL = Sample()


def sample_of(place: Mapping[str, Any]) -> Sample | None:
    """The sample in which a page ended; None if it ended in none."""
    known: dict[Any, int] = {one: one for one in (*SHARES, 1)}
    sample = Sample(known.get(place.get("s"), 1), known.get(place.get("p"), 0))
    return sample if sample.share > 1 or sample.past > 1 else None


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
