"""Questions compiled 检索式编译: the query tree and the viewer's tokens as engine queries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeGuard

import tantivy
from tantivy import Occur, Query

from lantai.core.search.analysis import (
    DAY_SHIFT,
    doc_no_tokens,
    looks_like_doc_no,
    title_key,
)
from lantai.core.search.persons import sound_asked
from lantai.core.search.port import QueryRefused, SearchQuery
from lantai.core.search.query import (
    KEYWORD_FIELDS,
    Alike,
    And,
    Dates,
    Everything,
    Node,
    Not,
    Or,
    ParsedQuery,
    Term,
    Wildcard,
    Years,
    wildcard_regex,
)
from lantai.engines.search.tantivy import weights
from lantai.engines.search.tantivy.bounds import (
    FIELD_GRAMS,
    at_most,
    chosen_at_most,
    tokens_at_most,
)
from lantai.engines.search.tantivy.codes import code_regex
from lantai.engines.search.tantivy.groups import lists_of
from lantai.engines.search.tantivy.ids import id_terms
from lantai.engines.search.tantivy.limits import Clause, Limits, Match, silent
from lantai.engines.search.tantivy.naming import Naming
from lantai.engines.search.tantivy.schema import KEYWORDS
from lantai.engines.search.tantivy.terms import any_of
from lantai.engines.search.tantivy.years import in_years

RARER = 0.25  # times as many records, from which on words are looked for among those of a filter
AS_MANY = 1.0  # times as many records may answer another part, for a part to be looked for there
LAST_DAY = 1231
FEW_YEARS = 200  # whole years asked for by a list each
TOLD = 8.0  # and so many times, if what tells the other part is one list a field, of no positions
OFTEN = 8  # one record in so many holds a word: then all it is looked for among are read sooner
PART = 16  # one record in so many a viewer may see at most, for words to be looked for among those
LITTLE = 3  # one record in so many a viewer may see at most, for his lists to be read as one
WORD = 2  # signs of a word that is one bigram
MANY = 40  # values of a filter, above which they are looked for as a set


@dataclass(frozen=True, slots=True)
class Compiler(Naming):
    """Compiles a question, with who asks it, for one state of the index."""

    # -- who may see, and what was chosen ---------------------------------

    def limits(self, query: SearchQuery) -> Limits:
        """Viewer's tokens, filters and years, which do not score."""
        chosen = [self._filter(name, values) for name, values in query.filters.items()]
        if query.year_from is not None or query.year_to is not None:
            chosen.append(self.years(query.year_from, query.year_to))
        if query.ids is not None:
            chosen.append(self._any_of("id", query.ids))
        held = tokens_at_most(self, query.viewer_tokens or ())
        return Limits(
            tuple(silent(one) for one in chosen),
            self._seen(query.viewer_tokens),
            little=held * LITTLE <= self.searcher.num_docs,
        )

    def _seen(self, tokens: Iterable[str] | None) -> tuple[Query, ...] | None:
        """The records of each of the tokens, the most frequent first."""
        if tokens is None:
            return None
        return tuple(query for _count, query in lists_of(self, sorted(tokens)))

    def _filter(self, name: str, values: Sequence[str]) -> Query:
        if name == "year":
            wanted = [int(value) for value in values if re.fullmatch(r"\d{1,4}", value, re.ASCII)]
            return any_of([self.years(year, year) for year in wanted])
        if name not in KEYWORDS:
            raise QueryRefused(f"没有“{name}”这个筛选项。", f"There is no filter {name!r}.")
        return self._any_of(name, values)

    def _any_of(self, name: str, values: Iterable[str]) -> Query:
        wanted = sorted({value.encode("utf-8", "replace").decode() for value in values})
        if name == "id":
            wanted = id_terms(wanted)
        if len(wanted) > MANY:
            return Query.term_set_query(self.schema, name, wanted)
        # one by one: a set would read the whole list of a value that nearly all records carry
        return any_of([self.word(name, value) for value in wanted if self.frequency(name, value)])

    def years(self, first: int | None, last: int | None) -> Query:
        """Records with a known year in the range."""
        low, high = max(first or 1, 1), 9999 if last is None else last
        if low > high:
            return Query.empty_query()
        return Query.range_query(self.schema, "year", tantivy.FieldType.Unsigned, low, high)

    # -- what matches -----------------------------------------------------

    def match(self, parsed: ParsedQuery) -> Query:
        """The records that match exactly, scored."""
        if not parsed.plain:
            return self.node(parsed.root)
        alone = isinstance(parsed.root, Term) and title_key(parsed.plain) == parsed.plain
        root = (
            self.term(parsed.root, alone)
            if isinstance(parsed.root, Term)
            else self.node(parsed.root)
        )
        extra = [
            Query.const_score_query(query, weights.FOUND) for query in self._also(parsed.plain)
        ]
        both = any_of([root, *extra])
        return Query.boolean_query([(Occur.Must, both), *self.very_one(parsed.plain, alone)])

    def node(self, node: Node) -> Query:
        """Any part of the tree."""
        if isinstance(node, Term):
            return self.term(node)
        if isinstance(node, Alike):
            others = [
                Query.const_score_query(self.node(one), weights.OTHER_NAME) for one in node.others
            ]
            return any_of([self.term(node.term), *others])
        if isinstance(node, Dates):
            return Query.const_score_query(self._days(node), weights.FOUND)
        if isinstance(node, And):
            return self._and(node)
        if isinstance(node, Or):
            return any_of([self.node(part) for part in node.parts])
        if isinstance(node, Not):
            return self._and(And((node,)))
        if isinstance(node, Wildcard):
            return Query.const_score_query(self._wildcard(node), weights.WORD_IN_TITLE)
        if isinstance(node, Years):
            return Query.const_score_query(self.years(node.first, node.last), weights.FOUND)
        return Query.const_score_query(Query.all_query(), weights.FOUND)

    def asked(self, parsed: ParsedQuery) -> Match:
        """What `match` finds, with what holds all of it and is read sooner."""
        return Match(self.match(parsed), self._roughly(parsed))

    def _roughly(self, parsed: ParsedQuery) -> Query | None:
        """All that answer and more, with no position read; None if that is not known."""
        parts = parsed.root.parts if isinstance(parsed.root, And) else (parsed.root,)
        wanted = [part for part in parts if not isinstance(part, Not)]
        rarest = min(wanted, key=lambda part: at_most(self, part), default=Everything())
        often = at_most(self, rarest) * OFTEN > self.searcher.num_docs
        may = None if often and self.among is not None else self._may_answer(rarest)
        if may is None:
            return self.among
        may = any_of([may, *self._also(parsed.plain)])
        return may if self.among is None else Query.boolean_query([silent(may), silent(self.among)])

    def _also(self, plain: str) -> list[Query]:
        """What answers a text by its number or its sound."""
        return [one for one in (self._doc_no(plain), self._sound(plain)) if one is not None]

    def _wildcard(self, node: Wildcard) -> Query:
        given = wildcard_regex(node.pattern)
        pattern = code_regex(given) if node.field == "reference_code" else given
        return self.pattern(node.field, pattern)

    def _days(self, node: Dates) -> Query:
        years = node.first // 10_000, node.last // 10_000
        whole = not node.first % 10_000 and node.last % 10_000 >= LAST_DAY
        if whole and 0 <= years[1] - years[0] < FEW_YEARS:
            return in_years(self, *years)[0]
        low, high = max(node.first, 1) << DAY_SHIFT, (node.last + 1) << DAY_SHIFT
        if low >= high:
            return Query.empty_query()
        return Query.range_query(
            self.schema, "date_sort", tantivy.FieldType.Unsigned, low, high, include_upper=False
        )

    def _and(self, node: And) -> Query:
        clauses: list[Clause] = []
        wanted = [part for part in node.parts if not isinstance(part, Not)]
        told = self._told_besides(wanted)
        for part in node.parts:
            if isinstance(part, Not):
                clauses.append((Occur.MustNot, self.node(part.part)))
            elif part is told:
                clauses += self._worth_of(part)
            else:
                clauses.append((Occur.Must, self._beside(part, wanted, told).node(part)))
        if all(occur == Occur.MustNot for occur, _ in clauses):
            clauses.insert(0, (Occur.Must, self.node(Everything())))
        return Query.boolean_query(clauses)

    def _told_besides(self, wanted: Sequence[Node]) -> Term | None:
        """The rarest word of one bigram, if another part is looked for among what holds it: what
        answers that holds the word too, so it need not be read again."""
        words = [part for part in wanted if _is_text(part) and len(part.text) == WORD]
        if len(wanted) < 2 or not words:
            return None
        told = min(words, key=lambda part: at_most(self, part))
        # what is found by its number or its sound is not looked for among anything
        runs = [
            part for part in wanted
            if part is not told and _is_text(part) and len(part.text) >= WORD
            and not self._also(part.text)
        ]  # fmt: skip
        most = at_most(self, told)
        return told if any(most <= at_most(self, run) * TOLD for run in runs) else None

    def _worth_of(self, term: Term) -> list[Clause]:
        """What standing in the title is worth, of a word that stands somewhere in each answer."""
        if term.field not in ("", "title") or not self.frequency("title_grams", term.text):
            return []
        worth, share = weights.ANYWHERE["title_grams"]
        held = self.anywhere("title_grams", term.text)
        scored = [Query.const_score_query(held, worth), Query.boost_query(held, share)]
        return [(Occur.Should, one) for one in scored]

    def _beside(self, part: Node, wanted: Sequence[Node], told: Node | None) -> Compiler:
        """The same, words of a part being looked for among what may answer the others."""
        among, most = self, at_most(self, part)
        for other in wanted:
            share = TOLD if other is told else AS_MANY
            if other is not part and at_most(self, other) <= most * share:
                may = self._may_answer(other)
                among = among.narrowed(may, at_most(self, other)) if may is not None else among
        return among

    def _may_answer(self, node: Node) -> Query | None:
        """All that answer a part, and some that do not, with no position read; None if unknown."""
        if isinstance(node, Alike):
            node = Or((node.term, *node.others))
        if isinstance(node, Or):
            parts = [self._may_answer(part) for part in node.parts]
            known = [part for part in parts if part is not None]
            return any_of(known) if len(known) == len(parts) else None
        if isinstance(node, Dates):
            return self._days(node)
        if not isinstance(node, Term) or (node.field and node.field not in FIELD_GRAMS):
            return None
        names = FIELD_GRAMS.get(node.field, tuple(weights.ANYWHERE))
        if len(node.text) == 1:
            return None if node.field else self._character(node.text)
        words = [rarest for name in names if (rarest := self._rarest(name, node.text))]
        return any_of([*words, *(() if node.field else self._also(node.text))])

    def _rarest(self, name: str, text: str) -> Query | None:
        """The bigram of a text that fewest records hold in a field; None if some stands nowhere."""
        if not all(self.frequency(name, a + b) for a, b in pairwise(text)):
            return None
        return self.rarest_word(name, text)

    def narrowed(self, query: Query, most: int) -> Compiler:
        """The same, words being looked for among the records that answer the query, ``most``."""
        wanted = silent(query)
        if self.among is None:
            return replace(self, among=wanted[1], amount=most)
        both = Query.boolean_query([wanted, (Occur.Must, self.among)])
        return replace(self, among=both, amount=min(most, self.amount))

    def among_chosen(self, parsed: ParsedQuery, query: SearchQuery) -> Compiler:
        """The same, words being looked for among what a restriction leaves, if that is little."""
        chosen = chosen_at_most(self, query)
        if chosen.get("tokens", 0) * PART > self.searcher.num_docs:
            del chosen["tokens"]
        name = min(chosen, key=lambda one: chosen[one], default="")
        if not name or chosen[name] * RARER > at_most(self, parsed.root):
            return self
        if name == "tokens":
            return self.narrowed(any_of(self._seen(query.viewer_tokens) or ()), chosen[name])
        given = query.ids if name == "id" else query.filters[name]
        return self.narrowed(self._any_of(name, given or ()), chosen[name])

    def term(self, term: Term, alone: bool = False) -> Query:
        """Records that hold the text as a substring of the field (anywhere when none).

        ``alone`` it is the whole question: standing in the title is worth `TITLE_HAS` besides.
        """
        if term.field:
            return self._field_term(term)
        if len(term.text) == 1:
            return self._character(term.text)
        options: list[Query] = []
        for name, (worth, share) in weights.ANYWHERE.items():
            held = self.contains(name, term.text)
            if held is None:
                continue
            more = weights.TITLE_HAS if alone and name == "title_grams" else 0.0
            options.append(self._scored(name, term.text, held, worth + more, share))
        options += [
            Query.const_score_query(one, weights.WORD_IN_TITLE) for one in self._also(term.text)
        ]
        many = len(options) > 1
        return Query.disjunction_max_query(options, tie_breaker=0.05) if many else any_of(options)

    def _scored(self, name: str, text: str, held: Query, worth: float, share: float) -> Query:
        """What holding the text is worth, and a share of BM25 so that short fields come first.

        The share is that of the rarest bigram: the run itself is read once, not twice.
        """
        if len(text) <= 2 and not worth:
            return Query.boost_query(held, share)
        rarest = self.anywhere(name, self.rarest_of(name, text))  # read only where it is held
        return Query.boolean_query(
            [
                (Occur.Must, Query.const_score_query(held, worth)),
                (Occur.Should, Query.boost_query(rarest, share)),
            ]
        )

    def _field_term(self, term: Term) -> Query:
        if term.field in KEYWORD_FIELDS:
            return Query.const_score_query(self._exact(term.field, term.text), weights.FOUND)
        if term.field == "doc_no":
            tokens = doc_no_tokens(term.text)
            return self._phrase("doc_no_tokens", tokens) if tokens else Query.empty_query()
        names = FIELD_GRAMS[term.field]
        if term.field in ("creator", "reference_code"):
            held = any_of(self.held(names, term.text))
            return Query.const_score_query(held, weights.WORD_IN_TITLE)
        found = [(name, self.contains(name, term.text)) for name in names]
        return any_of(
            [self._scored(name, term.text, held, 0.0, 1.0) for name, held in found if held]
        )

    def _character(self, character: str) -> Query:
        anywhere = any_of([self.word(name, character) for name in ("chars", "full_chars")])
        clauses = [(Occur.Must, Query.const_score_query(anywhere, 1.0))]
        clauses += [
            (Occur.Should, Query.const_score_query(title, weights.WORD_IN_TITLE))
            for title in self.held(("title_grams",), character)
        ]
        return Query.boolean_query(clauses)

    def _sound(self, text: str) -> Query | None:
        asked = sound_asked(text)
        return self.word("sounds", asked) if asked and self.frequency("sounds", asked) else None

    def _doc_no(self, text: str) -> Query | None:
        if not looks_like_doc_no(text):
            return None
        tokens = doc_no_tokens(text)
        if len(tokens) < 2 or not self._known("doc_no_tokens", tokens):
            return None
        return self._phrase("doc_no_tokens", tokens)


def _is_text(node: Node) -> TypeGuard[Term]:
    """Whether a part is looked for as a run of signs."""
    return isinstance(node, Term) and (not node.field or node.field in FIELD_GRAMS)
