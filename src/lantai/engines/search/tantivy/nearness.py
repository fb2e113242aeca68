"""Near matches 容错检索: candidates that the index finds, verified by reading what was kept of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from tantivy import Occur, Query

from lantai.core.search.analysis import compact, key_of, title_key
from lantai.core.search.nearness import Nearly, enough, nearly_contains, words_needed
from lantai.core.search.persons import near_sounds, nearly_named
from lantai.core.search.query import Term
from lantai.engines.search.tantivy.ids import id_terms
from lantai.engines.search.tantivy.limits import Limits, Match
from lantai.engines.search.tantivy.queries import TITLE_KEY, Compiler
from lantai.engines.search.tantivy.reading import Address, Reading
from lantai.engines.search.tantivy.terms import any_of
from lantai.engines.search.tantivy.weights import NEARLY_HELD, NEARLY_NAMED, NEARLY_TITLE

CANDIDATES = 150  # titles verified for one wrong character, and names
READ_WHOLE = 30  # near records whose texts are read
DESCRIBED = {"title_grams": 0.6, "body_grams": 0.3, "creator_grams": 0.3}  # what a pair is worth
NEAR_SHARE = (DESCRIBED, {"full_grams": 0.2})  # where near words are looked for, all as one
AS_TITLE = dict.fromkeys(TITLE_KEY, 1.0)
MOST_READ = 200_000  # characters of each


def near_query(compiler: Compiler, reading: Reading, nearly: Nearly, limits: Limits) -> Query:
    """Records near to what was asked, the surest first: a title or a name but for one
    character, else a text but for one, else what holds most of the words."""
    forgiven: dict[str, float] = {}
    if nearly.key:
        forgiven |= _named(compiler, reading, nearly.key, limits)
        forgiven |= dict.fromkeys(_titled(compiler, reading, nearly.key, limits), NEARLY_TITLE)
    query = _near(compiler, nearly, forgiven)
    if nearly.key and not forgiven:
        held = list(_holding(reading, nearly.key, limits.within(Match(query))))
        query = _near(compiler, nearly, dict.fromkeys(held, NEARLY_HELD)) if held else query
    return query


def _titled(compiler: Compiler, reading: Reading, key: str, limits: Limits) -> Iterator[str]:
    found = _found(reading, limits.within(Match(_candidates(compiler, key))), CANDIDATES)
    for identifier, title in reading.titles(found):
        if nearly_contains(key, title_key(title)):
            yield identifier


def _named(compiler: Compiler, reading: Reading, key: str, limits: Limits) -> dict[str, float]:
    sounding = near_sounds(key)
    if not sounding:
        return {}
    wanted = any_of([compiler.pattern("sounds", one) for one in sounding])
    read = reading.documents(_found(reading, limits.within(Match(wanted)), CANDIDATES))
    named = {one.id: nearly_named(key, one.creator, one.persons) for one in read}
    return {identifier: NEARLY_NAMED * how for identifier, how in named.items() if how}


def _holding(reading: Reading, key: str, query: Query) -> Iterator[str]:
    for one in reading.documents(_found(reading, query, READ_WHOLE)):
        texts = (one.text[:MOST_READ], one.fulltext[:MOST_READ])
        if any(nearly_contains(key, key_of(compact(text))) for text in texts if text):
            yield one.id


def _near(compiler: Compiler, nearly: Nearly, forgiven: Mapping[str, float]) -> Query:
    """Records that hold enough of the words, or are ``forgiven`` (id → what that is worth)."""
    wanted = [(Occur.Should, _near_word(compiler, word)) for word in nearly.words]
    least = words_needed(len(wanted))
    options = [Query.boolean_query(wanted, minimum_number_should_match=least)]
    for worth in sorted(set(forgiven.values())):
        ids = [one for one, value in forgiven.items() if value == worth]
        known = Query.term_set_query(compiler.schema, "id", id_terms(ids))
        options.append(Query.const_score_query(known, worth))
    key = title_key(nearly.plain)
    if len(key) > 1 and (held := compiler.held(TITLE_KEY, key)):
        options.append(Query.const_score_query(any_of(held), NEARLY_TITLE))
    return Query.boolean_query([(Occur.Must, any_of(options)), *compiler.very_one(nearly.plain)])


def _near_word(compiler: Compiler, word: Term) -> Query:
    exact = compiler.term(word)
    if word.phrase or len(word.text) < 4:
        return exact
    pairs = list(dict.fromkeys(a + b for a, b in pairwise(word.text)))
    least = enough(len(pairs))
    return any_of([exact, *(_most_of(compiler, fields, pairs, least) for fields in NEAR_SHARE)])


def _candidates(compiler: Compiler, key: str) -> Query:
    """Titles that may hold the key with one wrong character; to be verified."""
    pairs = [a + b for a, b in pairwise(key)]
    if len(key) > 3:
        return _most_of(compiler, AS_TITLE, pairs, max(1, len(pairs) - 3 if len(key) > 4 else 1))
    around = [
        any_of([compiler.pattern(name, form) for name in TITLE_KEY])
        for form in (re.escape(key[0]) + ".", "." + re.escape(key[2]))
    ]
    both = Query.boolean_query([(Occur.Must, one) for one in around])
    return any_of([both, *(any_of(_pair_in(compiler, AS_TITLE, pair)) for pair in pairs)])


def _most_of(
    compiler: Compiler, fields: Mapping[str, float], pairs: Sequence[str], least: int
) -> Query:
    """Records whose fields hold so many of the pairs at least.

    Such a record holds one of the rarest, for so many as may be wanting are fewer: the frequent
    ones are looked for among the records of these.
    """

    def frequency(pair: str) -> int:
        return sum(compiler.frequency(name, pair) for name in fields)

    known = sorted((pair for pair in pairs if frequency(pair)), key=frequency)
    if len(known) < least:
        return Query.empty_query()
    rare = known[: len(known) - least + 1]
    some = [one for pair in rare for one in _pair_in(compiler, fields, pair)]
    among = compiler.narrowed(any_of(some), sum(frequency(pair) for pair in rare))
    every = [_pair_in(compiler, fields, pair) for pair in rare]
    every += [_pair_in(among, fields, pair) for pair in known[len(rare) :]]
    return Query.boolean_query(
        [(Occur.Should, any_of(one)) for one in every], minimum_number_should_match=least
    )


def _pair_in(compiler: Compiler, fields: Mapping[str, float], pair: str) -> list[Query]:
    return [
        Query.boost_query(compiler.word(name, pair), share)
        for name, share in fields.items()
        if compiler.frequency(name, pair)
    ]


def _found(reading: Reading, query: Query, most: int) -> list[Address]:
    hits = reading.searcher.search(query, limit=most, count=False).hits
    return [at for _, at in hits]
