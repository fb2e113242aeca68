"""The index itself as one of the engines compared: it also filters the viewer's tokens and ranks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.search.adding import adding, soon_found
from benchmarks.search.entry_texts import EntryTexts, document, number_of
from benchmarks.search.peers import TEXT, Asked, Peer, Row
from lantai.core.collecting import seldom_collected
from lantai.core.search.cursor import read_cursor, write_cursor
from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy.engine import TantivySearch

PUBLIC = frozenset({"public"})


class Lantai(Peer):
    """A question is put as a search page puts it; ``marked`` asks for highlights too."""

    def __init__(self, place: Path, marked: bool = False) -> None:
        super().__init__(place)
        self.marked, self.name = marked, "lantai+marks" if marked else "lantai"
        self._places: dict[str, dict[str, Any]] = {}
        self.texts = EntryTexts(place.with_name("texts") / "entries.db")

    def open(self) -> None:
        self.engine = TantivySearch(self.place / "index")
        self.engine.texts = self.texts

    def close(self) -> None:
        self.engine.close()

    def fill(self, rows: Iterator[Row]) -> None:
        engine = TantivySearch(self.place / "index", memory=256_000_000)
        engine.texts = self.texts  # a catalogue has them; they are no part of the index
        kept = self.texts.kept(row[:TEXT] for row in rows)
        with seldom_collected():
            engine.rebuild(document(row) for row in kept)
        engine.close()

    def ask(self, asked: Asked) -> int:
        page = self.engine.search(self._query(asked))
        self.estimated = page.capped
        return page.total

    def adding(self) -> AbstractContextManager[None]:
        return adding(self.place / "index", self.texts.path)

    def soon_found(self) -> list[float]:
        return soon_found(self.place / "index", self.texts)

    def ids(self, asked: Asked) -> set[str]:
        """The ids of all pages, by date, which goes on however deep."""
        query = replace(self._query(asked), sort="date", limit=1_000, facets=())
        found: set[str] = set()
        while True:
            page = self.engine.search(query)
            found |= {f"g{number_of(hit.id)}" for hit in page.hits}
            if not page.next:
                return found
            query = replace(query, after=page.next)

    def _query(self, asked: Asked) -> SearchQuery:
        text = " ".join(f'"{word}"' for word in asked.words)
        if asked.prefix:
            text = f"档号:{asked.prefix}*"
        query = SearchQuery(
            text,
            PUBLIC,
            filters={"fonds": [asked.fonds]} if asked.fonds else {},
            year_from=asked.years[0] if asked.years else None,
            year_to=asked.years[1] if asked.years else None,
            facets=("fonds", "year") if asked.facets else (),
            limit=20,
            sort="date" if asked.by_date else "relevance",
            highlight=self.marked,
            exact=True,
        )
        if not asked.offset:
            return query
        return replace(query, after=self._cursor(query, asked.offset))

    def _cursor(self, query: SearchQuery, offset: int) -> str:
        """Of a reader who came so far; which is told from his first page, asked once."""
        place = self._places.get(query.text)
        if place is None:
            first = replace(query, after=self.engine.search(query).next)
            place = self._places[query.text] = read_cursor(first) or {"g": [], "n": False}
        return write_cursor(query, {**place, "o": offset, "i": ""})
