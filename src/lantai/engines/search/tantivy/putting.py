"""Putting 写入索引: documents added or replaced, and what need not be taken out first."""

from __future__ import annotations

from collections.abc import Iterable

import tantivy

from lantai.core.search.port import IndexSink, SearchDocument
from lantai.engines.search.tantivy.documents import Laid, made_of
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


class Putting(IndexSink):
    """Documents added or replaced, many laid into the index together; `flush` before a commit."""

    def __init__(
        self, writer: tantivy.IndexWriter, keep: bool, standing: Standing | None = None
    ) -> None:
        """``keep`` texts. Without ``standing`` each id is taken out first."""
        self._writer, self._keep, self._standing = writer, keep, standing
        self._laid = Laid()
        self._torn = False

    def put(self, documents: Iterable[SearchDocument]) -> int:
        count = 0
        for made in made_of(documents, self._keep):
            count += 1
            self._laid.add(made)
            if self._laid.full:
                self.flush()
        return count

    def delete(self, ids: Iterable[str]) -> None:
        self.flush()
        for term in id_terms(ids):
            self._writer.delete_documents_by_term("id", term)

    def flush(self) -> None:
        """Give the engine all that was put; never again, once some of it could not be given."""
        if self._torn:
            raise ValueError("what was put before was not taken whole")
        self._torn = True
        for term, built in self._laid.taken():
            if self._standing is None or not self._standing.is_new(term):
                self._writer.delete_documents_by_term("id", term)
            self._writer.add_json(built)
        self._torn = False
