"""Limits 检索范围: what a viewer may see and has chosen, of which a question's answers must be.

A viewer carries several tokens, each a list of records. Asked as "one of these", the engine would
read all lists within four thousand records of each answer. So the answers are taken but for those
that none of the lists holds: each is looked for in one list after the other, and found or not.
Where a viewer sees little of all it is the other way about: what he does not see would be walked
through one by one, and his few lists are soon read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tantivy import Occur, Query

from lantai.engines.search.tantivy.terms import any_of

Clause = tuple[Occur, Query]


@dataclass(frozen=True, slots=True)
class Match:
    """What answers a question; ``roughly`` holds all of it and more, and is read sooner. Without it
    the query itself is read a second time to tell what is unseen; or, if that is too dear
    (``once``), a viewer's lists are read as their union."""

    query: Query
    roughly: Query | None = None
    once: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """``chosen`` must all hold; ``seen`` are the lists of records of which a viewer sees each,
    the longest first; None if he sees all. ``little`` says that their lengths, added up, are so
    small that their union is soon read."""

    chosen: tuple[Clause, ...] = ()
    seen: tuple[Query, ...] | None = None
    little: bool = False

    def also(self, query: Query) -> Limits:
        """These, and what answers the query."""
        return replace(self, chosen=(*self.chosen, silent(query)))

    def within(self, match: Match) -> Query:
        """What of a match is within the limits."""
        clauses = [(Occur.Must, match.query), *self.chosen]
        if self.seen is None:
            return Query.boolean_query(clauses) if self.chosen else match.query
        if len(self.seen) < 2 or self.little or (match.once and match.roughly is None):
            return Query.boolean_query([*clauses, silent(any_of(self.seen))])
        if match.roughly is not None:  # what it does not hold nobody would look for as unseen
            clauses.append(silent(match.roughly))
        rough = silent(match.roughly or match.query)
        unseen = _without((rough, *self.chosen), self.seen)
        return Query.boolean_query([*clauses, (Occur.MustNot, unseen)])


def _without(clauses: Sequence[Clause], lists: Sequence[Query]) -> Query:
    """What answers the clauses and is in none of the lists."""
    none = [(Occur.MustNot, one) for one in lists]
    return Query.boolean_query([silent(Query.boolean_query(list(clauses))), *none])


def silent(query: Query) -> Clause:
    """The query as one that must be answered and does not score."""
    return Occur.Must, Query.const_score_query(query, 0.0)
