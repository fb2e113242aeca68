"""Near matches 容错检索: candidates that the index finds, verified by reading what was kept of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from tantivy import Occur, Query

from lantai.core.search.analysis import compact, key_of, title_key
from lantai.core.search.nearness import Nearly, enough, nearly_contains, words_needed
from lantai.core.search.persons import near_sounds, nearly_named
from lantai.core.search.port import SearchDocument
from lantai.core.search.query import Term
from lantai.engines.search.tantivy.bounds import at_most
from lantai.engines.search.tantivy.halves import LEAST, Place, halves, halves_at_most
from lantai.engines.search.tantivy.ids import id_terms
from lantai.engines.search.tantivy.limits import Limits, Match
from lantai.engines.search.tantivy.naming import TITLE_KEY
from lantai.engines.search.tantivy.queries import Compiler
from lantai.engines.search.tantivy.reading import Address, Reading
from lantai.engines.search.tantivy.samples import ENOUGH, SHARES, Sample, drawn
from lantai.engines.search.tantivy.terms import any_of
from lantai.engines.search.tantivy.weights import NEARLY_HELD, NEARLY_NAMED, NEARLY_TITLE

TITLES = Place(TITLE_KEY, "chars")
TEXTS = (Place(("body_grams",), "chars"), Place(("full_grams",), "full_chars"))
MANY_HALVES, FEW = 400_000, 20_000  # records that hold a half: above which, and down to which
MANY = 1_000_000  # records that may be near, above which a sample of them is listed
CANDIDATES = 150  # titles verified for one wrong character, and names
READ_WHOLE = 30  # near records whose texts are read
DESCRIBED = {"title_grams": 0.6, "body_grams": 0.3, "creator_grams": 0.3}  # what a pair is worth
NEAR_SHARE = (DESCRIBED, {"full_grams": 0.2})  # where near words are looked for, all as one
AS_TITLE = dict.fromkeys(TITLE_KEY, 1.0)
AS_TEXT = {"body_grams": 1.0, "full_grams": 1.0}
TELLING = 3  # pairs, the rarest, by which candidates are told apart
MOST_READ = 200_000  # characters of each


@dataclass(frozen=True, slots=True)
class Near:
    """What is near to a question; ``forgiven`` are records that surely are: id → what that is worth."""

    nearly: Nearly
    forgiven: Mapping[str, float]

    def is_dear(self, compiler: Compiler) -> bool:
        """Whether so many records may be near that a sample is asked first."""
        most = sorted(_near_at_most(compiler, word) for word in self.nearly.words)
        return sum(most[: len(most) - words_needed(len(most)) + 1]) > MANY

    def asked(self, compiler: Compiler, sample: Sample) -> Match:
        """The surest first: a title or a name but for one character, else a text but for one,
        else what holds most of the words; of a sample, and the surest wherever they stand."""
        known = Query.term_set_query(compiler.schema, "id", id_terms(self.forgiven))
        narrowed, bounds = sample.bounds(compiler, [known] if self.forgiven else [])
        near = _near(narrowed, self.nearly, self.forgiven)
        return Match(Query.boolean_query([(Occur.Must, near), *bounds]), narrowed.among, once=True)


def near_to(compiler: Compiler, reading: Reading, nearly: Nearly, limits: Limits) -> Near:
    """What is near, of what the limits leave."""
    forgiven: dict[str, float] = {}
    if nearly.key:
        forgiven |= _named(compiler, reading, nearly.key, limits)
        forgiven |= dict.fromkeys(_titled(compiler, reading, nearly.key, limits), NEARLY_TITLE)
        if not forgiven:
            held = _holding(compiler, reading, nearly.key, limits)
            forgiven |= dict.fromkeys(held, NEARLY_HELD)
    return Near(nearly, forgiven)


def _titled(compiler: Compiler, reading: Reading, key: str, limits: Limits) -> list[str]:
    for narrowed in _of_a_sample_first(compiler, [TITLES], key):
        may = Match(_candidates(narrowed, key), once=True)
        found = reading.titles(_found(reading, limits.within(may), CANDIDATES))
        near = [one for one, title in found if nearly_contains(key, title_key(title))]
        if near:
            return near
    return []


def _named(compiler: Compiler, reading: Reading, key: str, limits: Limits) -> dict[str, float]:
    sounding = near_sounds(key)
    if not sounding:
        return {}
    wanted = any_of([compiler.pattern("sounds", one) for one in sounding])
    found = _found(reading, limits.within(Match(wanted, once=True)), CANDIDATES)
    read = reading.documents(found)
    named = {one.id: nearly_named(key, one.creator, one.persons) for one in read}
    return {identifier: NEARLY_NAMED * how for identifier, how in named.items() if how}


def _holding(compiler: Compiler, reading: Reading, key: str, limits: Limits) -> list[str]:
    for narrowed in _of_a_sample_first(compiler, TEXTS, key):
        may = Match(any_of(_may_hold(narrowed, key)), once=True)
        read = reading.documents(_found(reading, limits.within(may), READ_WHOLE))
        near = [one.id for one in read if _holds_nearly(key, one)]
        if near:
            return near
    return []


def _may_hold(compiler: Compiler, key: str) -> list[Query]:
    if len(key) < LEAST:
        fields_of_pairs = product(NEAR_SHARE, _pairs(key))
        return [one for fields, pair in fields_of_pairs for one in _pair_in(compiler, fields, pair)]
    options = [one for place in TEXTS for one in halves(compiler, place, key)]
    return [_rarest_first(compiler, AS_TEXT, key, options)]


def _holds_nearly(key: str, document: SearchDocument) -> bool:
    texts = (document.text[:MOST_READ], document.fulltext[:MOST_READ])
    return any(nearly_contains(key, key_of(compact(text))) for text in texts if text)


def _of_a_sample_first(compiler: Compiler, places: Sequence[Place], key: str) -> Iterator[Compiler]:
    """Where very many may be near those of a sample are asked, and all only if none of them is."""
    records = compiler.searcher.num_docs
    most = sum(halves_at_most(compiler, place, key) for place in places)
    share = next((one for one in reversed(SHARES) if most / one < FEW), SHARES[0])
    if most > MANY_HALVES and records // share > ENOUGH:
        yield compiler.narrowed(drawn(compiler, share), records // share)
    yield compiler


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
    pairs = _pairs(word.text)
    least = enough(len(pairs))
    return any_of([exact, *(_most_of(compiler, fields, pairs, least) for fields in NEAR_SHARE)])


def _near_at_most(compiler: Compiler, word: Term) -> int:
    """How many records are near to a word, at most."""
    if word.phrase or len(word.text) < 4:
        return at_most(compiler, word)
    pairs = _pairs(word.text)
    least = enough(len(pairs))
    rare = [(one, _by_rarity(compiler, one, pairs, least)[0]) for one in NEAR_SHARE]
    return sum(_held(compiler, fields, some) for fields, some in rare)


def _candidates(compiler: Compiler, key: str) -> Query:
    """Titles that may hold the key with one wrong character; to be verified."""
    if len(key) >= LEAST:
        return _rarest_first(compiler, AS_TITLE, key, halves(compiler, TITLES, key))
    around = [
        any_of([compiler.pattern(name, form) for name in TITLE_KEY])
        for form in (re.escape(key[0]) + ".", "." + re.escape(key[2]))
    ]
    both = Query.boolean_query([(Occur.Must, one) for one in around])
    return any_of([both, *(any_of(_pair_in(compiler, AS_TITLE, pair)) for pair in _pairs(key))])


def _rarest_first(
    compiler: Compiler, fields: Mapping[str, float], key: str, options: Sequence[Query]
) -> Query:
    """Candidates, those first that hold the rarest pairs: only so many of them are verified."""
    pairs, _rest = _by_rarity(compiler, fields, _pairs(key), 1)
    told = [one for pair in pairs[:TELLING] for one in _pair_in(compiler, fields, pair)]
    return Query.boolean_query([(Occur.Must, any_of(options)), *((Occur.Should, t) for t in told)])


def _most_of(
    compiler: Compiler, fields: Mapping[str, float], pairs: Sequence[str], least: int
) -> Query:
    """Records whose fields hold so many of the pairs at least.

    Such a record holds one of the rarest, for so many as may be wanting are fewer: the frequent
    ones are looked for among the records of these.
    """
    rare, rest = _by_rarity(compiler, fields, pairs, least)
    some = [one for pair in rare for one in _pair_in(compiler, fields, pair)]
    if not some:
        return Query.empty_query()
    among = compiler.narrowed(any_of(some), _held(compiler, fields, rare))
    every = [_pair_in(compiler, fields, pair) for pair in rare]
    every += [_pair_in(among, fields, pair) for pair in rest]
    return Query.boolean_query(
        [(Occur.Should, any_of(one)) for one in every], minimum_number_should_match=least
    )


def _pairs(text: str) -> list[str]:
    return list(dict.fromkeys(a + b for a, b in pairwise(text)))


def _by_rarity(
    compiler: Compiler, fields: Iterable[str], pairs: Sequence[str], least: int
) -> tuple[list[str], list[str]]:
    """The rarest pairs, one of which each record holds that holds ``least`` of all; and the rest."""
    held = {pair: _held(compiler, fields, [pair]) for pair in pairs}
    known = sorted(filter(held.get, held), key=lambda pair: held[pair])
    rare = max(0, len(known) - least + 1)
    return known[:rare], known[rare:]


def _held(compiler: Compiler, fields: Iterable[str], pairs: Sequence[str]) -> int:
    return sum(compiler.frequency(name, pair) for name in fields for pair in pairs)


def _pair_in(compiler: Compiler, fields: Mapping[str, float], pair: str) -> list[Query]:
    return [
        Query.boost_query(compiler.word(name, pair), share)
        for name, share in fields.items()
        if compiler.frequency(name, pair)
    ]


def _found(reading: Reading, query: Query, most: int) -> list[Address]:
    hits = reading.searcher.search(query, limit=most, count=False).hits
    return [at for _, at in hits]
