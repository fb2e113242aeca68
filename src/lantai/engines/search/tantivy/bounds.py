"""How many records may answer 命中上限, told by how often words stand in the index; nothing is read."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from lantai.core.search.port import SearchQuery
from lantai.core.search.query import Alike, And, Node, Or, Term
from lantai.engines.search.tantivy.schema import KEYWORDS
from lantai.engines.search.tantivy.terms import Terms
from lantai.engines.search.tantivy.weights import ANYWHERE

FIELD_GRAMS = {
    "title": ("title_grams",),
    "text": ("body_grams", "creator_grams", "code_grams"),
    "fulltext": ("full_grams",),
    "creator": ("creator_grams",),
    "reference_code": ("code_grams",),
}


def at_most(terms: Terms, node: Node) -> int:
    """Records that answer a part of a question."""
    if isinstance(node, Term):
        names = FIELD_GRAMS.get(node.field, ()) if node.field else ANYWHERE
        return sum(held_at_most(terms, name, node.text) for name in names)
    if isinstance(node, Alike):
        return sum(at_most(terms, one) for one in (node.term, *node.others))
    if isinstance(node, And):
        return min(at_most(terms, part) for part in node.parts)
    if isinstance(node, Or):
        return sum(at_most(terms, part) for part in node.parts)
    return terms.searcher.num_docs


def chosen_at_most(terms: Terms, query: SearchQuery) -> dict[str, int]:
    """Records that each of the restrictions leaves."""
    found = {
        name: sum(terms.frequency(name, value) for value in values)
        for name, values in query.filters.items()
        if name in KEYWORDS
    }
    if query.viewer_tokens is not None:
        found["tokens"] = tokens_at_most(terms, query.viewer_tokens)
    if query.ids is not None:
        found["id"] = len(query.ids)
    return found


def tokens_at_most(terms: Terms, tokens: Iterable[str]) -> int:
    """How many records these tokens show, at most: their lists' lengths added up."""
    return sum(terms.frequency("tokens", token) for token in tokens)


def held_at_most(terms: Terms, name: str, text: str) -> int:
    """How many records hold a text in a field, at most."""
    if len(text) == 1:
        return terms.frequency("full_chars" if name == "full_grams" else "chars", text)
    return min(terms.frequency(name, a + b) for a, b in pairwise(text))
