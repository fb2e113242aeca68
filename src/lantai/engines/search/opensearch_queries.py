"""Questions compiled to OpenSearch's query DSL 检索式编译: the same tree, permission as a filter.

A text is found as the phrase of its bigrams, as the `cjk` analyzer makes them too; here they are
made by ourselves, since `cjk` misses single characters and parts of words in Latin letters and
folds otherwise. Points are whole, so that a page can go on after a score.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from lantai.core.search.analysis import (
    BREAK,
    doc_no_tokens,
    grams,
    looks_like_doc_no,
    title_key,
)
from lantai.core.search.nearness import Nearly, enough, words_needed
from lantai.core.search.persons import sound_asked
from lantai.core.search.port import SearchQuery
from lantai.core.search.query import (
    KEYWORD_FIELDS,
    Alike,
    And,
    Dates,
    Node,
    Not,
    Or,
    ParsedQuery,
    Term,
    Wildcard,
    Years,
)

Clause = dict[str, Any]
MAX_KEY = 250  # characters of a keyword that count
ANYWHERE = ("title_grams", "body_grams", "full_grams")
FIELDS = {
    "title": "title_grams",
    "text": "body_grams",
    "fulltext": "full_grams",
    "creator": "creator_grams",
    "reference_code": "code_grams",
}
CODES = {"reference_code": "code_key", "doc_no": "doc_no_code"}
NOTHING: Clause = {"match_none": {}}


def permitted(query: SearchQuery) -> list[Clause]:
    """The viewer's tokens, filters, years and selection, each a filter."""
    found: list[Clause] = []
    if query.viewer_tokens is not None:
        found.append({"terms": {"tokens": sorted(query.viewer_tokens)}})
    for name, values in query.filters.items():
        wanted = [value for value in values if value]
        if name == "year":
            years = [int(v) for v in wanted if v.isascii() and v.isdigit() and 0 < int(v) < 10_000]
            found.append({"terms": {"year": years}} if years else NOTHING)
        else:
            found.append({"terms": {name: wanted}} if wanted else NOTHING)
    if query.year_from is not None or query.year_to is not None:
        found.append(_years(query.year_from, query.year_to))
    if query.ids is not None:
        found.append({"terms": {"id": sorted(query.ids)}} if query.ids else NOTHING)
    return found


def matching(parsed: ParsedQuery) -> Clause:
    """Records that answer exactly, as `core.search.matching.answers` judges."""
    return any_of([_node(parsed.root), *_doc_no(parsed.plain), *_sound(parsed.plain)])


def ranking(parsed: ParsedQuery) -> list[Clause]:
    """What lifts the very record asked for; each adds its points."""
    plain, key = parsed.plain, title_key(parsed.plain)
    lifted = [
        _worth(points, holds(term.text, name))
        for term in parsed.terms()
        for name, points in (("title_grams", 9), ("body_grams", 1))
    ]
    if not key:
        return lifted
    lifted += [
        _worth(900, {"term": {"title_key": key[:MAX_KEY]}}),
        _worth(300, {"term": {"creator_keys": key[:MAX_KEY]}}),
        _worth(1200, {"term": {"code_key": plain[:MAX_KEY]}}),
    ]
    tokens = doc_no_tokens(plain)
    if len(tokens) > 1:
        lifted.append(_worth(500, _phrase("doc_no_words", " ".join(tokens))))
        lifted.append(_worth(600, {"term": {"doc_no_key": "".join(tokens)[:MAX_KEY]}}))
    if len(key) > 1:
        lifted += [
            _worth(150, holds(key, "title_key_grams")),
            _worth(60, _phrase("title_key_grams", grams(key + BREAK))),
            _worth(30, _phrase("title_key_grams", grams(BREAK + key))),
        ]
    return lifted


def candidates(key: str) -> Clause:
    """Titles that may hold the key with one wrong character; to be verified by reading."""
    pairs = [a + b for a, b in pairwise(key)]
    if len(key) > 3:
        return _some("title_key_grams", pairs, max(1, len(pairs) - 3 if len(key) > 4 else 1))
    around = {
        "bool": {
            "filter": [
                {"prefix": {"title_key_grams": {"value": key[0]}}},
                {"prefix": {"title_key_grams": {"value": key[2]}}},
            ]
        }
    }
    return any_of([_some("title_key_grams", [*pairs, key[0] + key[2]], 1), around])


def near(nearly: Nearly, forgiven: Sequence[str]) -> tuple[Clause, list[Clause]]:
    """Filter and ranking of records near to a question that nothing answers."""
    present = [_worth(1, _nearly(word)) for word in nearly.words]
    titles: list[Clause] = [{"terms": {"id": list(forgiven)}}] if forgiven else []
    key = title_key(nearly.plain)
    if len(key) > 1:
        titles.append(holds(key, "title_key_grams"))
    least = words_needed(len(nearly.words))
    most: Clause = {"bool": {"should": present, "minimum_should_match": least}}
    lifted = [_worth(900, any_of(titles))] if titles else []
    return any_of([most, *titles]), [*present, *lifted]


def holds(text: str, name: str = "") -> Clause:
    """Records that hold the compact text as a substring (of the field, anywhere without)."""
    if not name:
        if len(text) == 1:
            return {"term": {"chars": text}}
        return any_of([_phrase(one, grams(text)) for one in ANYWHERE])
    if len(text) == 1:
        return {"prefix": {name: {"value": text}}}
    return _phrase(name, grams(text))


def begins(text: str) -> Clause:
    """Titles that begin with the compact text."""
    return _phrase("title_grams", grams(BREAK + text))


def any_of(options: Sequence[Clause]) -> Clause:
    """One of them at least."""
    if len(options) == 1:
        return options[0]
    return {"bool": {"should": list(options), "minimum_should_match": 1}}


def _node(node: Node) -> Clause:
    if isinstance(node, Term):
        return _term(node)
    if isinstance(node, Alike):
        return any_of([_term(node.term), *(_node(other) for other in node.others)])
    if isinstance(node, Dates):
        return {"range": {"day": {"gte": max(node.first, 1), "lte": max(node.last, 0)}}}
    if isinstance(node, And):
        return {"bool": {"filter": [_node(part) for part in node.parts]}}
    if isinstance(node, Or):
        return any_of([_node(part) for part in node.parts])
    if isinstance(node, Not):
        return {"bool": {"must_not": [_node(node.part)]}}
    if isinstance(node, Wildcard):
        pattern = node.pattern.replace("\\", "\\\\")
        return {"wildcard": {CODES[node.field]: {"value": pattern}}}
    if isinstance(node, Years):
        return _years(node.first, node.last)
    return {"match_all": {}}


def _term(term: Term) -> Clause:
    if term.field in KEYWORD_FIELDS:
        return {"term": {f"{term.field}_key": term.text[:MAX_KEY]}}
    if term.field == "doc_no":
        tokens = doc_no_tokens(term.text)
        return _phrase("doc_no_words", " ".join(tokens)) if tokens else NOTHING
    if term.field:
        return holds(term.text, FIELDS[term.field])
    return any_of([holds(term.text), *_sound(term.text), *_doc_no(term.text)])


def _nearly(word: Term) -> Clause:
    exact = holds(word.text)
    if word.phrase or len(word.text) < 4:
        return exact
    pairs = list(dict.fromkeys(a + b for a, b in pairwise(word.text)))
    either = [any_of([{"term": {name: pair}} for name in ANYWHERE[:2]]) for pair in pairs]
    least = enough(len(pairs))
    described = {"bool": {"should": either, "minimum_should_match": least}}
    return any_of([exact, described, _some(ANYWHERE[2], pairs, least)])


def _doc_no(text: str) -> list[Clause]:
    tokens = doc_no_tokens(text) if looks_like_doc_no(text) else []
    return [_phrase("doc_no_words", " ".join(tokens))] if len(tokens) > 1 else []


def _sound(text: str) -> list[Clause]:
    return [{"term": {"sounds": text}}] if sound_asked(text) else []


def _years(first: int | None, last: int | None) -> Clause:
    low, high = max(first or 1, 1), 9999 if last is None else last
    return {"range": {"year": {"gte": low, "lte": high}}} if low <= high else NOTHING


def _phrase(name: str, words: str) -> Clause:
    return {"match_phrase": {name: {"query": words}}}


def _some(name: str, pairs: Sequence[str], least: int) -> Clause:
    terms = [{"term": {name: pair}} for pair in pairs]
    return {"bool": {"should": terms, "minimum_should_match": least}}


def _worth(points: float, clause: Clause) -> Clause:
    return {"constant_score": {"filter": clause, "boost": points}}
