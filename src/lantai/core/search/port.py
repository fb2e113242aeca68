"""The search port 检索端口: documents in, questions answered; engines stand behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One record as the index holds it.

    ``tokens`` are the access tokens (governance.access_rules): a document matches a viewer
    when the two share one, and that is decided inside the engine. Text is given as it stands;
    the engine folds it (`core.text.fold`).
    """

    id: str  # the record's primary key as text: the key of update and delete
    tokens: Sequence[str]
    title: str = ""
    text: str = ""  # every searched description element but the title, a line each
    fulltext: str = ""  # text extracted from components
    reference_code: str = ""
    doc_no: str = ""
    creator: str = ""
    source_id: str = ""
    fonds: str = ""  # fonds code
    record_class: str = ""  # 门类 code
    level: str = ""
    access_status: str = ""
    holder: str = ""  # institution code
    year: int = 0  # 0 = unknown
    date: str = ""  # EDTF, sortable as text


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question. ``viewer_tokens`` None means the operator of the machine: no filter."""

    text: str = ""
    viewer_tokens: frozenset[str] | None = frozenset()
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)  # field → any of values
    year_from: int | None = None
    year_to: int | None = None
    facets: Sequence[str] = ()
    limit: int = 20
    after: str = ""  # cursor from SearchPage.next
    sort: str = "relevance"  # relevance | date | -date | reference_code
    highlight: bool = True


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One document found; highlights map a field to a snippet with places [start, end)."""

    id: str
    score: float
    source_id: str = ""
    highlights: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of hits; ``total`` is exact up to the engine's cap, then ``capped`` is true."""

    hits: Sequence[SearchHit]
    total: int
    took_ms: float
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    next: str = ""
    capped: bool = False


class QueryRefused(ValueError):
    """The question cannot be asked (too long, bad cursor); the message says what to change."""


class SearchEngine(Protocol):
    """What every index engine offers. One writer, many readers."""

    def put(self, documents: Iterable[SearchDocument]) -> int:
        """Add or replace by id; visible after `commit`. Returns how many."""
        ...

    def delete(self, ids: Iterable[str]) -> None: ...

    def commit(self) -> None: ...

    def search(self, query: SearchQuery) -> SearchPage: ...

    def suggest(
        self, prefix: str, viewer_tokens: frozenset[str] | None, limit: int = 8
    ) -> list[str]:
        """Titles that begin with or contain the text, among those the viewer may see."""
        ...

    def count(self) -> int: ...

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Build anew beside the serving index and switch at once. Returns how many."""
        ...
