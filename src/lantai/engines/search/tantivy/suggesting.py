"""Suggestions 检索提示: titles that hold what is being typed."""

from __future__ import annotations

from itertools import pairwise

from tantivy import Occur, Query

from lantai.core.search.analysis import BREAK
from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy.limits import Match
from lantai.engines.search.tantivy.queries import Compiler
from lantai.engines.search.tantivy.reading import Address
from lantai.engines.search.tantivy.samples import DEAR, drawn, samples_to_ask

TITLE = "title_grams"


def suggested(
    compiler: Compiler, text: str, viewer_tokens: frozenset[str] | None, most: int
) -> list[Address]:
    """Where so many of those stand that the viewer may see; of very many those of a sample."""
    viewer = compiler.limits(SearchQuery(viewer_tokens=viewer_tokens))
    shares = samples_to_ask(compiler.searcher) if _held(compiler, text) > DEAR else []
    for share in (*shares[:4:2], 1):  # the smallest, then four times as many
        amount = compiler.searcher.num_docs // share
        asked = compiler.narrowed(drawn(compiler, share), amount) if share > 1 else compiler
        match = viewer.within(_match(asked, text))
        found = compiler.searcher.search(match, limit=most, count=False).hits
        if len(found) == most or share == 1:
            return [at for _score, at in found]
    return []


def _held(compiler: Compiler, text: str) -> int:
    return min((compiler.frequency(TITLE, a + b) for a, b in pairwise(text)), default=0)


def _match(compiler: Compiler, text: str) -> Match:
    """Titles that hold the text, those that begin with it first, short before long."""
    holds = compiler.contains(TITLE, text)
    if holds is None:
        return Match(Query.empty_query())
    short = compiler.rarest_word(TITLE, text) if len(text) > 1 else holds
    clauses = [(Occur.Must, Query.const_score_query(holds, 1.0)), (Occur.Should, short)]
    begins = compiler.contains(TITLE, BREAK + text)
    if begins is not None:
        clauses.append((Occur.Should, Query.const_score_query(begins, 1000.0)))
    return Match(Query.boolean_query(clauses), short)
