"""Hits read back 命中读取: ids from columns, texts from where they are kept.

An index that knows where the texts of records stand (`IndexEngine.texts`) keeps none itself;
else it keeps them, and reads them here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tantivy

from lantai.core.search.port import SearchDocument, Texts
from lantai.engines.search.tantivy.ids import HIGH, LOW, id_of

Address = Any  # tantivy.DocAddress


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads what stands at addresses of one state of the index."""

    searcher: tantivy.Searcher
    texts: Texts | None = None
    viewer_tokens: frozenset[str] | None = None

    def keys(self, found: Sequence[Address]) -> list[SearchDocument]:
        """The records' ids, and the source's own where it is kept: no text."""
        return [
            SearchDocument(identifier, ())
            if identifier
            else SearchDocument(shown["id"], (), source_id=shown.get("source_id", ""))
            for identifier, shown in self._read(found)
        ]

    def titles(self, found: Sequence[Address]) -> list[tuple[str, str]]:
        """Ids and titles as they were given."""
        read = self._read(found)
        names = self._elsewhere(read)
        titles = self.texts.titles(names, self.viewer_tokens) if self.texts and names else {}
        told = [(identifier or shown["id"], shown.get("title", "")) for identifier, shown in read]
        return [(name, titles.get(name, title)) for name, title in told]

    def documents(self, found: Sequence[Address]) -> list[SearchDocument]:
        """Records with their texts as far as they are shown; without, where they are gone."""
        read = self._read(found)
        names = self._elsewhere(read)
        documents = self.texts.documents(names, self.viewer_tokens) if self.texts and names else {}
        return [
            documents.get(identifier or shown["id"]) or self._kept(at, identifier, shown)
            for at, (identifier, shown) in zip(found, read, strict=True)
        ]

    def _read(self, found: Sequence[Address]) -> list[tuple[str, dict[str, Any]]]:
        """(the id by its columns, nothing) or ("", what is kept) of each."""
        addresses = list(found)
        if not addresses:
            return []
        highs = self.searcher.fast_field_values(HIGH, addresses)
        lows = self.searcher.fast_field_values(LOW, addresses)
        return [
            ("", json.loads(self.searcher.doc(at).get_first("shown") or b"{}"))
            if high is None or low is None
            else (id_of(int(high), int(low)), {})
            for at, high, low in zip(addresses, highs, lows, strict=True)
        ]

    def _elsewhere(self, read: Sequence[tuple[str, dict[str, Any]]]) -> list[str]:
        """The ids of those whose text is not kept here."""
        return [identifier or shown["id"] for identifier, shown in read if len(shown) < 2]

    def _kept(self, at: Address, identifier: str, shown: dict[str, Any]) -> SearchDocument:
        if identifier:
            return SearchDocument(identifier, ())
        full = self.searcher.doc(at).get_first("fulltext")
        return SearchDocument(tokens=(), fulltext=full.decode() if full else "", **shown)
