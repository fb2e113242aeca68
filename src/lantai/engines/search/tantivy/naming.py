"""Naming 指名: the very record that a question names by its title, number, code or creator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tantivy import Occur, Query

from lantai.core.search.analysis import (
    BREAK,
    doc_no_tokens,
    looks_like_doc_no,
    natural_key,
    title_key,
)
from lantai.engines.search.tantivy import weights
from lantai.engines.search.tantivy.limits import Clause
from lantai.engines.search.tantivy.schema import MAX_KEY, exact_key
from lantai.engines.search.tantivy.terms import Terms, any_of

TITLE_KEY = ("title_key_grams", "title_grams")  # the first only where the title has punctuation
EDGE = 1  # signs of a word by which its place at an end of the title is known


@dataclass(frozen=True, slots=True)
class Naming(Terms):
    """What lifts the very one, for one state of the index."""

    def very_one(self, plain: str, alone: bool = False) -> list[Clause]:
        """Clauses that lift the record whose title, number, code or creator the question is."""
        key = title_key(plain)
        lifted = self.named(plain)
        if creator := self._whole("creator", key):
            lifted.append((creator, weights.CREATOR_IS))
        tokens = doc_no_tokens(plain) if looks_like_doc_no(plain) else []
        if len(tokens) > 1 and self._known("doc_no_tokens", tokens):
            lifted.append((self._phrase("doc_no_tokens", tokens), weights.DOC_NO_HAS))
        wanted: list[tuple[Sequence[str], str, float]] = []
        if len(key) > 1:
            wanted.append((("creator_grams",), key, weights.CREATOR_HAS))
            lifted += self._title_has(key, alone)
        if len(key) > 2:  # two characters are a topic, wherever in the title they stand
            # of one word the record holds already, the title's first and last sign are enough
            last, first = (key[-EDGE:], key[:EDGE]) if alone else (key, key)
            ends, begins = last + BREAK, BREAK + first
            wanted += [
                (TITLE_KEY, ends, weights.TITLE_ENDS),
                (TITLE_KEY, begins, weights.TITLE_BEGINS),
            ]
        for names, text, score in wanted:
            if held := self.held(names, text):
                lifted.append((any_of(held), score))
        return [(Occur.Should, Query.const_score_query(query, score)) for query, score in lifted]

    def named(self, plain: str, most: int | None = None) -> list[tuple[Query, float]]:
        """Records whose title, number or code the question is, and what that is worth.

        With ``most`` only where no more records than that are named so.
        """
        number = doc_no_tokens(plain) if looks_like_doc_no(plain) else []
        code = natural_key(plain[:MAX_KEY])
        ones = [
            (self._whole("title", title_key(plain), most), weights.TITLE_IS),
            (self._whole("doc_no", "".join(number[1:] and number), most), weights.DOC_NO_IS),
        ]
        if code and (held := self.frequency("reference_code", code)) and held <= (most or held):
            ones.append((self.word("reference_code", code), weights.CODE_IS))
        return [(query, worth) for query, worth in ones if query is not None]

    def _whole(self, name: str, text: str, most: int | None = None) -> Query | None:
        held = self.searcher.doc_freq("exact", exact_key(name, text)) if text else 0
        if not held or (most is not None and held > most):
            return None
        return self._exact(name, text)

    def _title_has(self, key: str, alone: bool) -> list[tuple[Query, float]]:
        """Titles that hold the question; of a word ``alone`` its `term` has counted them already,
        but for those where punctuation stands between its signs."""
        if not alone or len(key) < 2:
            held = self.held(TITLE_KEY, key)
            return [(any_of(held), weights.TITLE_HAS)] if held else []
        bare, plain = self.contains(TITLE_KEY[0], key), self.contains(TITLE_KEY[1], key)
        if bare is None:
            return []
        if plain is not None:
            bare = Query.boolean_query([(Occur.Must, bare), (Occur.MustNot, plain)])
        return [(bare, weights.TITLE_HAS)]
