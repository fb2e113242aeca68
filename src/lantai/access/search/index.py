"""The index in use 检索引擎: chosen by one URL, one object for each URL in a process."""

from __future__ import annotations

import threading

from django.conf import settings

from lantai.core.search.port import IndexEngine
from lantai.engines.search import open_search

_engines: dict[str, IndexEngine] = {}
_lock = threading.Lock()


def index() -> IndexEngine:
    """The installation's index (settings.LANTAI.index_url)."""
    url = settings.LANTAI.index_url
    with _lock:
        if url not in _engines:
            _engines[url] = open_search(url)
        return _engines[url]
