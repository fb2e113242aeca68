"""Terms 词项: words and runs of characters as the engine's own queries, for one state of the index."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import tantivy
from tantivy import Occur, Query

from lantai.engines.search.tantivy.covering import covering, reckoned
from lantai.engines.search.tantivy.schema import exact_key


@dataclass(frozen=True, slots=True)
class Terms:
    """Of one state of the index."""

    schema: tantivy.Schema
    searcher: tantivy.Searcher
    among: Query | None = None  # runs of bigrams are looked for among these records only
    amount: int = 0  # how many these are at most
    frequencies: dict[tuple[str, str], int] = field(default_factory=dict)

    def contains(self, name: str, text: str) -> Query | None:
        """The text as a run of bigrams; one character by the bigrams that begin with it. What it
        scores is left open.

        None when some bigram stands nowhere: then no record holds the text.
        """
        if len(text) == 1:
            return self.pattern(name, re.escape(text) + ".")
        terms = [a + b for a, b in pairwise(text)]
        if not self._known(name, terms):
            return None
        if len(terms) == 1:
            return self.word(name, text)
        return self._run(name, terms)

    def held(self, names: Sequence[str], text: str) -> list[Query]:
        """The text as a run of bigrams, in each of the fields where it may stand."""
        return [held for name in names if (held := self.contains(name, text)) is not None]

    def rarest_word(self, name: str, text: str) -> Query:
        """The bigram of a text that fewest records hold in a field."""
        return self.word(name, self.rarest_of(name, text))

    def rarest_of(self, name: str, text: str) -> str:
        """That bigram itself."""
        pairs = {a + b for a, b in pairwise(text)}
        return min(pairs, key=lambda pair: (self.frequency(name, pair), pair))

    def frequency(self, name: str, text: str) -> int:
        """In how many records the field holds the word; looked up once."""
        found = self.frequencies.get((name, text))
        if found is None:
            found = self.frequencies[name, text] = self.searcher.doc_freq(name, text)
        return found

    def _known(self, name: str, terms: Sequence[str]) -> bool:
        return all(self.frequency(name, term) for term in terms)

    def _phrase(self, name: str, terms: Sequence[str]) -> Query:
        if len(terms) == 1:
            return self.word(name, terms[0])
        return self._among(Query.phrase_query(self.schema, name, list(terms)))

    def _run(self, name: str, terms: Sequence[str]) -> Query:
        """Bigrams that follow one another, told by as few of them as tell all signs.

        A run that the engine reckons to be less than what it is looked for among it would look
        for in all records. What is excluded it never asks first: so of those among that hold the
        words all are taken but those that do not hold the run.
        """
        held = [self.frequency(name, term) for term in terms]
        chosen = covering(held)
        run = Query.phrase_query(self.schema, name, [(place, terms[place]) for place in chosen])
        cost = reckoned([held[place] for place in chosen], self.searcher.num_docs)
        if self.among is None or cost >= self.amount:
            return self._among(run)
        words = [Query.term_query(self.schema, name, terms[place], "basic") for place in chosen]
        holding = [(Occur.Must, one) for one in (self.among, *words)]
        without = Query.boolean_query([(Occur.Must, self.among), (Occur.MustNot, run)])
        return Query.boolean_query([*holding, (Occur.MustNot, without)])

    def _among(self, query: Query) -> Query:
        """Said of each run by itself: asked of several at once, the engine would read all of
        them within four thousand records of each that is among these."""
        if self.among is None:
            return query
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, self.among)])

    def word(self, name: str, text: str) -> Query:
        """Records whose field holds the word."""
        query = self.anywhere(name, text)
        return self._among(query) if "grams" in name else query

    def anywhere(self, name: str, text: str) -> Query:
        """The same, wherever it is looked for."""
        return Query.term_query(self.schema, name, text, "freq" if "grams" in name else "basic")

    def _exact(self, name: str, text: str) -> Query:
        return Query.term_query(self.schema, "exact", exact_key(name, text), "basic")

    def pattern(self, name: str, pattern: str) -> Query:
        """Records whose field holds a word of this form."""
        return Query.regex_query(self.schema, name, pattern)


def any_of(options: Sequence[Query]) -> Query:
    """What answers one of the queries."""
    if not options:
        return Query.empty_query()
    if len(options) == 1:
        return options[0]
    return Query.boolean_query([(Occur.Should, option) for option in options])
