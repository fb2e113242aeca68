"""The search port 检索端口: documents in, questions answered; engines stand behind it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, Self

PAGE_BREAK = "\f\n"  # between the pages of a record's full text


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
    fulltext: str = ""  # text of components, page after page, with `PAGE_BREAK` between
    reference_code: str = ""
    doc_no: str = ""
    creator: str = ""
    persons: str = ""  # names of people, found by their sound as the creator's are
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
    ids: frozenset[str] | None = None  # search within these records only
    explain: bool = False  # say of each hit why it was found
    exact: bool = False  # True: never answer with near matches when nothing matches exactly


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One document found; highlights map a field to a snippet with places [start, end)."""

    id: str
    score: float
    source_id: str = ""
    highlights: Mapping[str, Any] = field(default_factory=dict)
    reasons: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of hits; ``total`` is exact up to the engine's cap, then ``capped`` is true.

    ``near`` is true when nothing matched exactly and the hits are near matches (one wrong
    character forgiven, most words present): say so to the reader. ``notes`` are remarks on
    how the question was read, each a (zh, en) pair.
    """

    hits: Sequence[SearchHit]
    total: int
    took_ms: float
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    next: str = ""
    capped: bool = False
    near: bool = False
    notes: Sequence[tuple[str, str]] = ()


class QueryRefused(ValueError):
    """The question cannot be asked (too long, bad cursor); the message says what to change."""

    def __init__(self, message_zh: str, message_en: str = "") -> None:
        super().__init__(f"{message_zh} {message_en}".strip())
        self.message_zh, self.message_en = message_zh, message_en or message_zh


class SearchUnavailable(Exception):
    """The index cannot answer or take documents; the message says what to do next."""

    def __init__(self, message_zh: str, message_en: str = "") -> None:
        super().__init__(f"{message_zh} {message_en}".strip())
        self.message_zh, self.message_en = message_zh, message_en or message_zh


class IndexBusy(SearchUnavailable):
    """Another process is writing; the document was not taken. Try again later."""


class IndexOutdated(SearchUnavailable):
    """The index was made by another version of the schema or the folding: rebuild it."""


class IndexDamaged(SearchUnavailable):
    """The index files cannot be read: rebuild it from the catalogue."""


class IndexSwitched(SearchUnavailable):
    """A rebuild replaced the index before the commit: put the documents since then again."""


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

    def rebuild(
        self,
        documents: Iterable[SearchDocument],
        catch_up: Callable[[IndexSink], None] | None = None,
    ) -> int:
        """Build anew beside the serving index and switch at once. Returns how many.

        ``catch_up`` is called before the switch with a sink on the new index: put there what
        changed since the documents were read, so that no edit is missed.
        """
        ...

    def close(self) -> None: ...


class IndexSink(Protocol):
    """Where `SearchEngine.rebuild` lets the caller put what changed meanwhile."""

    def put(self, documents: Iterable[SearchDocument]) -> int: ...

    def delete(self, ids: Iterable[str]) -> None: ...


class Texts(Protocol):
    """Where records stand in full 原文所在: an index reads there what it shows of the hits.

    They are read as they stand now, which may be after the index was told last: so only those are
    given that the viewer may see now (``viewer_tokens`` as in `SearchQuery`).
    """

    def titles(self, ids: Sequence[str], viewer_tokens: frozenset[str] | None) -> Mapping[str, str]:
        """The titles of those that exist and may be seen: one that reads them cheaper says how."""
        found = self.documents(ids, viewer_tokens)
        return {name: one.title for name, one in found.items()}

    def documents(
        self, ids: Sequence[str], viewer_tokens: frozenset[str] | None
    ) -> Mapping[str, SearchDocument]:
        """Those that exist and may be seen, as the index is given them."""
        ...


class IndexEngine(ABC):
    """What the shelf of engines holds: an engine with the URL scheme that chooses it."""

    id: ClassVar[str] = ""  # the URL scheme
    texts: Texts | None = None  # where those of hits stand; an engine may keep them yet

    @classmethod
    @abstractmethod
    def open(cls, location: str) -> Self:
        """The engine at what follows ``scheme://`` in the URL."""
