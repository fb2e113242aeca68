"""SearchedDesk 可检索的桌: what a desk says of its matters so that they are found.

Each desk has one file ``searched.py`` with one subclass; the index, its follower, the search page
and the API know no desk by name. A matter is named by a key within its desk; its documents in the
index are ``<desk>:<key>`` and, where a desk shows some readers more than others,
``<desk>:<key>:<variant>`` with the tokens of those readers alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from lantai.core.registry import Shelf
from lantai.core.search.port import SearchDocument
from lantai.foundation.refusal import localised

ROUNDS = "rounds"  # the series of what collects others: a round itself
OPEN, CLOSED = "open", "closed"  # the series of cases


@dataclass(frozen=True)
class Line:
    """A matter as a line of what was found, in the reader's language."""

    url: str
    title: str
    definition: str
    place: str
    state: str = ""
    tone: str = ""
    number: str = ""


class SearchedDesk(ABC):
    """One desk: which changes touch its matters, what they say, who may open them."""

    id: str = ""
    permission: str = ""  # asked before anything of the desk is looked for
    zh: str = ""
    en: str = ""
    order: int = 0
    variants: Sequence[str] = ("",)

    @property
    def label(self) -> str:
        """In the reader's language."""
        return localised(self.zh, self.en)

    @abstractmethod
    def touched(self, subjects: Sequence[str]) -> list[str]:
        """The keys of the matters that changes of these subjects (urns) touch."""

    @abstractmethod
    def keys(self) -> Iterator[str]:
        """The keys of every matter, a few at a time from the database."""

    @abstractmethod
    def documents(self, keys: Sequence[str]) -> Iterator[SearchDocument]:
        """The matters as the index holds them; those that are no more are left out."""

    @abstractmethod
    def seen(self, actor: Any, keys: Iterable[str]) -> dict[str, Any]:
        """Those of the matters that the reader may open now, by key."""

    @abstractmethod
    def line(self, row: Any) -> Line:
        """A matter of `seen` as a line."""

    @abstractmethod
    def labels(self) -> dict[str, str]:
        """The desk's definitions by id, in the reader's language."""

    def name(self, key: str, variant: str = "") -> str:
        """A document's name in the index."""
        return f"{self.id}:{key}:{variant}" if variant else f"{self.id}:{key}"

    def document(
        self, name: str, definition: str, *, tokens: Iterable[str], title: str,
        lines: Iterable[str], number: str = "", day: date | None = None, **named: str,
    ) -> SearchDocument:  # fmt: skip
        """A document of the index: each token and each line of text once, empty lines left out."""
        kind = self.kind(definition)
        return SearchDocument(
            id=name, tokens=list(dict.fromkeys(tokens)), title=title,
            text="\n".join(dict.fromkeys(line for line in lines if line)), reference_code=number,
            source_id=kind, record_class=kind, level=self.id, year=day.year if day else 0,
            date=day.isoformat() if day else "", **named,
        )  # fmt: skip

    def key_in(self, name: str) -> str:
        """The matter's key in a document's name."""
        return name.split(":")[1]

    def kind(self, definition: str) -> str:
        """A definition as the index names it (two desks may each have one of the same id).

        A document says it as its class, to be counted, and as its source, to be read from a hit.
        """
        return f"{self.id}/{definition}"


def keys_of(subjects: Iterable[str], stems: Mapping[str, str]) -> list[str]:
    """The keys of subjects (urns) of the named kinds: the kind's stem, then what the subject says."""
    split = (subject.partition(":") for subject in subjects)
    return [stems[kind] + rest for kind, _colon, rest in split if kind in stems]


_shelf: Shelf[SearchedDesk] = Shelf(SearchedDesk, "lantai.foundation.desks")  # type: ignore[type-abstract]


@cache
def searched_desks() -> dict[str, SearchedDesk]:
    """Every desk by id, in the order they are shown."""
    made = [desk() for desk in _shelf.all().values()]
    return {desk.id: desk for desk in sorted(made, key=lambda one: one.order)}
