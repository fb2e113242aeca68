"""Deciding 检索判定: what is searched for a question: exact, a sample of very many, or near."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tantivy import Query

from lantai.core.search.nearness import Nearly, asked_nearly
from lantai.core.search.port import SearchQuery
from lantai.core.search.query import ParsedQuery
from lantai.engines.search.tantivy.answers import DATES, Answer, after_date, in_order, window_of
from lantai.engines.search.tantivy.counting import Counting
from lantai.engines.search.tantivy.limits import Limits, Match
from lantai.engines.search.tantivy.nearness import near_to
from lantai.engines.search.tantivy.queries import Compiler
from lantai.engines.search.tantivy.reading import Reading
from lantai.engines.search.tantivy.samples import (
    ALL,
    DEAR,
    Sample,
    in_round_figures,
    is_dear,
    outside,
    sample_of,
    samples_to_ask,
)
from lantai.engines.search.tantivy.years import LAST, in_years, year_of

SAMPLED = ("relevance", *DATES)  # the others show what is first of all by a code
SHOWN = 2_500  # answers a sample must hold: an estimate is off by 2 % then (one standard deviation)
LEAST = 3  # times the hits of a page that its years are to hold
MARGIN = 1.2  # times the answers asked for, by which a larger sample is chosen


@dataclass(frozen=True, slots=True)
class Deciding:
    """A question to one state of the index.

    ``place`` is where the page before ended; if the index is still in that ``state``, total and
    page come of one pass however deep the page is.
    """

    query: SearchQuery
    parsed: ParsedQuery
    compiler: Compiler
    reading: Reading
    place: dict[str, Any] | None
    state: list[int]

    def answer(self) -> Answer:
        """Exact; or of a sample where very many answer; or near where exact is nothing."""
        nearly = None if self.query.exact else asked_nearly(self.parsed)
        limits = self.compiler.limits(self.query)
        if nearly is None or not (self.place and self.place.get("n")):
            sampled = self._sampled(limits)
            if sampled is not None:
                return sampled
            among = self.compiler.among_chosen(self.parsed, self.query)
            exact = self._asked(among.asked(self.parsed), limits)
            if exact.total or nearly is None:
                return exact
        return self._near(nearly, limits)

    def _near(self, nearly: Nearly, limits: Limits) -> Answer:
        """What is near; of very many a sample, if the surest come first."""
        near = near_to(self.compiler, self.reading, nearly, limits)

        def ask(sample: Sample) -> Answer:
            asked = near.asked(self.compiler, sample)
            return self._asked(asked, limits, sample=sample, nearly=nearly)

        ranked = self.query.sort == "relevance" and not self.place
        sampled = ranked and near.is_dear(self.compiler)
        shares = samples_to_ask(self.reading.searcher) if sampled else []
        return self._by_sample(ask, shares, list(near.forgiven)) or ask(ALL)

    def _sampled(self, limits: Limits) -> Answer | None:
        """The answer of a sample; None if all are to be asked."""
        if self.query.sort not in SAMPLED:
            return None
        shares = [] if self.place else self._shares()
        found = self._by_sample(partial(self._in, limits=limits), shares)
        if found and self.query.sort in DATES:
            return replace(found, first=self._by_years(limits, found))
        return found

    def _by_sample(
        self, ask: Callable[[Sample], Answer], shares: Sequence[int], added: Sequence[str] = ()
    ) -> Answer | None:
        """The answer of a sample that alone holds more than are shown; None if all are to be asked.
        ``added`` are records it shows besides.

        Which sample it is follows from the answers this viewer may see, from nothing else.
        """
        if self.place:
            sample, told = sample_of(self.place), int(self.place.get("t", 0))
            return replace(ask(sample), total=told) if sample else None
        while shares:
            share, *shares = shares
            found = ask(Sample(share))
            besides = outside(added, share)
            own = found.total - besides
            told = own * share + besides
            if own > SHOWN and told > DEAR:
                return replace(found, total=in_round_figures(told))
            if told <= DEAR:
                return None
            shares = [one for one in shares if told / one > SHOWN * MARGIN]
        return None

    def _shares(self) -> list[int]:
        """The samples worth asking, the smallest first."""
        if not is_dear(self.compiler, self.parsed, self.query):
            return []
        return samples_to_ask(self.reading.searcher)

    def _in(self, sample: Sample, limits: Limits) -> Answer:
        asked = sample.asked(self.compiler, self.parsed, self.query)
        return self._asked(asked, limits, sample=sample)

    def _asked(self, asked: Match, limits: Limits, **how: Any) -> Answer:
        """Total and the page that begins where the last one ended, in one pass."""
        query, place = self.query, self.place
        start, window = window_of(query, place, self.state)
        match, searcher = limits.within(asked), self.reading.searcher
        all_asked = (
            how.get("sample", ALL) == ALL
        )  # of a sample it is not known yet whether it will do
        counting = Counting(searcher, match, query.facets) if query.facets and all_asked else None
        first, count = in_order(searcher, match, query.sort, start, window)
        if query.sort in DATES and place:
            first = self._after(match, window)
        return Answer(
            query,
            self.parsed,
            self.compiler.schema,
            self.reading,
            match,
            total=count,
            held=count,
            before=int(place.get("b", 0)) if place else 0,
            start=start,
            first=first,
            counting=counting,
            **how,
        )

    def _by_years(self, limits: Limits, sampled: Answer) -> Sequence[Any]:
        """The hits by date among all records: of so many years as a sample says they fill."""
        wanted = self.query.limit + 1
        few = max(LEAST, LEAST * wanted // sampled.sample.share)
        while few < len(drawn := self._drawn(sampled, few + 1)):
            years = [year_of(key) for key in (self._key(), drawn[-1][0]) if key is not None]
            if len(years) == 1:
                years.append(0 if self.query.sort == "date" else LAST)
            within_years, most = in_years(self.compiler, min(years), max(years))
            match = self.compiler.narrowed(within_years, most).asked(self.parsed)
            found = self._after(limits.also(within_years).within(match), wanted)
            if len(found) == wanted:
                return found
            few *= LEAST + 1
        return self._after(limits.within(self.compiler.asked(self.parsed)), wanted)

    def _drawn(self, sampled: Answer, most: int) -> Sequence[Any]:
        """So many hits of the sample; those of its first page are known."""
        if most <= len(sampled.first):
            return sampled.first[:most]
        return self._after(sampled.match, most)

    def _after(self, match: Query, most: int) -> Sequence[Any]:
        searcher, schema = self.reading.searcher, self.compiler.schema
        return after_date(searcher, schema, match, self.query.sort, self._key(), most)

    def _key(self) -> int | None:
        """Where the page before ended, by date."""
        return int(self.place["k"]) if self.place and "k" in self.place else None
