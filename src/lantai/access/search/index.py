"""The index in use 检索引擎: chosen by one URL, one object for each URL in a process."""

from __future__ import annotations

from django.conf import settings

from lantai.access.search.documents import CatalogueTexts
from lantai.core.search.port import IndexEngine
from lantai.engines.search import shared_search

TEXTS = CatalogueTexts()


def index() -> IndexEngine:
    """The installation's index (settings.LANTAI.index_url); texts of hits stand in the catalogue."""
    engine = shared_search(settings.LANTAI.index_url)
    engine.texts = TEXTS
    return engine
