"""Putting 写入索引: documents added or replaced, and what need not be taken out first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import tantivy

from lantai.core.search.port import SearchDocument
from lantai.engines.search.tantivy.documents import build_documents
from lantai.engines.search.tantivy.ids import id_terms


class Standing:
    """What a commit will stand on: the ids that are there already, to be taken out first.

    Most of what is put in bulk is new, and to look for an id is cheaper than to delete nothing.
    """

    def __init__(self, index: tantivy.Index) -> None:
        index.reload()
        self._searcher = index.searcher()
        self._put: set[str] = set()  # since the last commit

    def is_new(self, term: str) -> bool:
        """Whether nothing of this id stands there or was put meanwhile; it is taken note of."""
        if term in self._put or self._searcher.doc_freq("id", term):
            return False
        self._put.add(term)
        return True


@dataclass(frozen=True, slots=True)
class Sink:
    """The new index during a rebuild, for what changed meanwhile."""

    writer: tantivy.IndexWriter
    keep: bool

    def put(self, documents: Iterable[SearchDocument]) -> int:
        return put_all(self.writer, documents, self.keep)

    def delete(self, ids: Iterable[str]) -> None:
        for term in id_terms(ids):
            self.writer.delete_documents_by_term("id", term)


def put_all(
    writer: tantivy.IndexWriter,
    documents: Iterable[SearchDocument],
    keep: bool,
    standing: Standing | None = None,
) -> int:
    """Add or replace; returns how many. ``keep`` texts. Without ``standing`` each id is taken out first."""
    count = 0
    for term, built in build_documents(documents, keep):
        if standing is None or not standing.is_new(term):
            writer.delete_documents_by_term("id", term)
        writer.add_json(built)
        count += 1
    return count
