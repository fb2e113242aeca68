"""Terms 词项: words and runs of characters as the engine's own queries, for one state of the index."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Self

import tantivy
from tantivy import Occur, Query

from lantai.core.search.query import ParsedQuery
from lantai.engines.search.tantivy_schema import exact_key
from lantai.engines.search.tantivy_weights import ANYWHERE

COMMON = 20_000  # records with the rarest bigram, above which positions are not read at first


@dataclass(frozen=True, slots=True)
class Terms:
    """``loose`` leaves positions of common text unread."""

    schema: tantivy.Schema
    searcher: tantivy.Searcher
    loose: bool = False
    frequencies: dict[tuple[str, str], int] = field(default_factory=dict)

    def contains(self, name: str, text: str) -> Query | None:
        """The text as a run of bigrams; one character by the bigrams that begin with it.

        None when some bigram stands nowhere: then no record holds the text.
        """
        if len(text) == 1:
            return self._regex(name, re.escape(text) + ".")
        terms = [a + b for a, b in pairwise(text)]
        if not self._known(name, terms):
            return None
        if len(terms) > 1 and self.loose and self._common(name, terms):
            every = [(Occur.Must, self._term(name, term)) for term in dict.fromkeys(terms)]
            return Query.boolean_query(every)
        return self._phrase(name, terms)

    def frequency(self, name: str, text: str) -> int:
        """In how many records the field holds the word; looked up once."""
        found = self.frequencies.get((name, text))
        if found is None:
            found = self.frequencies[name, text] = self.searcher.doc_freq(name, text)
        return found

    def _known(self, name: str, terms: Sequence[str]) -> bool:
        return all(self.frequency(name, term) for term in terms)

    def _common(self, name: str, terms: Sequence[str]) -> bool:
        return all(self.frequency(name, term) > COMMON for term in terms)

    def is_common(self, parsed: ParsedQuery) -> bool:
        """Whether exact positions of some long term would be dear to read."""
        if self.searcher.num_docs <= COMMON:
            return False
        return any(
            self._common(name, [a + b for a, b in pairwise(term.text)])
            for term in parsed.terms()
            if len(term.text) > 2
            for name in ANYWHERE
        )

    def loosened(self) -> Self:
        """The same, leaving positions of common text unread."""
        return replace(self, loose=True)

    def _phrase(self, name: str, terms: Sequence[str]) -> Query:
        if len(terms) == 1:
            return self._term(name, terms[0])
        return Query.phrase_query(self.schema, name, list(terms))

    def _term(self, name: str, text: str) -> Query:
        return Query.term_query(self.schema, name, text, "freq" if "grams" in name else "basic")

    def _exact(self, name: str, text: str) -> Query:
        return Query.term_query(self.schema, "exact", exact_key(name, text), "basic")

    def _regex(self, name: str, pattern: str) -> Query:
        return Query.regex_query(self.schema, name, pattern)


def any_of(options: Sequence[Query]) -> Query:
    """What answers one of the queries."""
    if not options:
        return Query.empty_query()
    if len(options) == 1:
        return options[0]
    return Query.boolean_query([(Occur.Should, option) for option in options])
