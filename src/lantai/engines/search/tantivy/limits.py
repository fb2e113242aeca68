"""Limits 检索范围: what a viewer may see and has chosen, of which a question's answers must be.

A viewer carries several tokens, each a list of records. Asked as "one of these", the engine would
read all lists within four thousand records of each answer. So the answers are taken but for those
that none of the lists holds: each is looked for in one list after the other, and found or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tantivy import Occur, Query

from lantai.engines.search.tantivy.terms import any_of

Clause = tuple[Occur, Query]


@dataclass(frozen=True, slots=True)
class Match:
    """What answers a question; ``roughly`` holds all of it and more, and is read sooner. Where that
    is not known it is read twice, unless that is too dear: then ``once``."""

    query: Query
    roughly: Query | None = None
    once: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """``chosen`` must all hold; ``seen`` are the lists of records of which a viewer sees each,
    the longest first; None if he sees all."""

    chosen: tuple[Clause, ...] = ()
    seen: tuple[Query, ...] | None = None

    def also(self, query: Query) -> Limits:
        """These, and what answers the query."""
        return replace(self, chosen=(*self.chosen, silent(query)))

    def within(self, match: Match) -> Query:
        """What of a match is within the limits."""
        clauses = [(Occur.Must, match.query), *self.chosen]
        if self.seen is not None and (len(self.seen) < 2 or (match.once and not match.roughly)):
            clauses.append(silent(any_of(self.seen)))
        elif self.seen is not None:
            rough = silent(match.roughly or match.query)
            if match.roughly is not None:  # what it does not hold nobody would look for as unseen
                clauses.append(rough)
            clauses.append((Occur.MustNot, unseen((rough, *self.chosen), self.seen)))
        return Query.boolean_query(clauses) if len(clauses) > 1 else match.query


def unseen(clauses: Sequence[Clause], seen: Sequence[Query]) -> Query:
    """What answers the clauses and is in none of the lists."""
    none = [(Occur.MustNot, one) for one in seen]
    return Query.boolean_query([silent(Query.boolean_query(list(clauses))), *none])


def silent(query: Query) -> Clause:
    """The query as one that must be answered and does not score."""
    return Occur.Must, Query.const_score_query(query, 0.0)
