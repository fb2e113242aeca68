"""Documents column by column 成批文档: what the index takes of many records, a column each.

A record of its own object each costs more than the engine's own indexing; where thousands come
together (an import, a rebuild) they come as columns. Engines that keep rows iterate over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from itertools import islice
from operator import attrgetter
from typing import Any

from lantai.core.search.port import SearchDocument

NAMES = tuple(field.name for field in fields(SearchDocument))
_DEFAULTS = {
    field.name: None if field.default is MISSING else field.default
    for field in fields(SearchDocument)
}
_values = attrgetter(*NAMES)


@dataclass(frozen=True)
class DocumentColumns:
    """``count`` documents by the names of `SearchDocument`; a column left out is empty in all."""

    count: int
    columns: Mapping[str, Sequence[Any]]

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, name: str) -> Sequence[Any]:
        found = self.columns.get(name)
        return found if found is not None else [_DEFAULTS[name]] * self.count

    def __iter__(self) -> Iterator[SearchDocument]:
        for row in zip(*(self[name] for name in NAMES), strict=True):
            yield SearchDocument(*row)


def in_columns(documents: Iterable[SearchDocument], size: int) -> Iterator[DocumentColumns]:
    """The documents in batches, column by column; columns are passed on as they are."""
    if isinstance(documents, DocumentColumns):
        if documents.count:
            yield documents
        return
    waiting = iter(documents)
    while batch := list(islice(waiting, size)):
        columns = zip(*map(_values, batch), strict=True)
        yield DocumentColumns(len(batch), dict(zip(NAMES, columns, strict=True)))
