"""Search engines behind `lantai.core.search.port`, chosen by the scheme of one URL."""

from __future__ import annotations

import threading

from lantai.core.registry import Shelf
from lantai.core.search.port import IndexEngine

ENGINES: Shelf[IndexEngine] = Shelf(IndexEngine, __name__, group="lantai.engines.search")  # type: ignore[type-abstract]


def open_search(url: str) -> IndexEngine:
    """The engine at a URL: ``tantivy:///var/lib/lantai/index`` or ``memory://name``.

    `lantai.core.registry.UnknownId` when no engine has the scheme, ValueError when there is none.
    """
    scheme, mark, location = url.partition("://")
    if not mark:
        raise ValueError(f"{url!r} is not a search URL such as tantivy:///var/lib/lantai/index")
    return ENGINES.get(scheme).open(location)


_engines: dict[str, IndexEngine] = {}
_lock = threading.Lock()


def shared_search(url: str) -> IndexEngine:
    """The engine at a URL, one object for each URL in a process."""
    with _lock:
        if url not in _engines:
            _engines[url] = open_search(url)
        return _engines[url]
