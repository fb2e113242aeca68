"""Terms 词项: words and runs of characters as the engine's own queries, for one state of the index."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import tantivy
from tantivy import Occur, Query

from lantai.engines.search.tantivy.schema import exact_key


@dataclass(frozen=True, slots=True)
class Terms:
    """Of one state of the index."""

    schema: tantivy.Schema
    searcher: tantivy.Searcher
    among: Query | None = None  # runs of bigrams are looked for among these records only
    frequencies: dict[tuple[str, str], int] = field(default_factory=dict)

    def contains(self, name: str, text: str) -> Query | None:
        """The text as a run of bigrams; one character by the bigrams that begin with it.

        None when some bigram stands nowhere: then no record holds the text.
        """
        if len(text) == 1:
            return self.pattern(name, re.escape(text) + ".")
        terms = [a + b for a, b in pairwise(text)]
        if not self._known(name, terms):
            return None
        return self._phrase(name, terms)

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

    def _among(self, query: Query) -> Query:
        """Said of each run by itself: asked of several at once, the engine would read all of
        them within four thousand records of each that is among these."""
        if self.among is None:
            return query
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, self.among)])

    def word(self, name: str, text: str) -> Query:
        """Records whose field holds the word."""
        analysed = "grams" in name
        query = Query.term_query(self.schema, name, text, "freq" if analysed else "basic")
        return self._among(query) if analysed else query

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
