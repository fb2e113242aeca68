"""The engines the search contract holds, and where each keeps an index of a test."""

import atexit
import shutil
import tempfile
from functools import cache

import pytest

from lantai.core.search.port import Texts
from lantai.engines.search import open_search
from lantai.engines.search.tantivy.engine import TantivySearch

ENGINES = [
    "memory",
    "tantivy",
    "tantivy-from-texts",
    pytest.param("clickhouse", marks=pytest.mark.soak),  # test_cluster_engines.py is quick
    pytest.param("opensearch", marks=pytest.mark.soak),
]


def url_of(scheme, place, name="a"):
    """The address of a new index."""
    if scheme == "memory":
        return "memory://"
    if scheme == "clickhouse":
        pytest.importorskip("chdb", reason="the extra lantai-archives[clickhouse] is not installed")
        return f"clickhouse://{_folder()}?database=t{name}"
    if scheme == "opensearch":
        return f"opensearch://{_double()}/t{name}"
    return f"{scheme}://{place}/index"


def opened(scheme, place, name="a"):
    """A new index of an engine; one keeps no texts but reads those of its hits elsewhere."""
    if scheme == "tantivy-from-texts":
        return FromTexts(place / "index")
    return open_search(url_of(scheme, place, name))


class FromTexts(TantivySearch, Texts):
    """The embedded index beside a catalogue: here a dictionary of what was put."""

    def __init__(self, path):
        super().__init__(path)
        self.texts, self.put_here = self, {}

    def documents(self, ids, viewer_tokens):
        held = {name: self.put_here[name] for name in ids if name in self.put_here}
        if viewer_tokens is None:
            return held
        return {n: one for n, one in held.items() if not viewer_tokens.isdisjoint(one.tokens)}

    def put(self, documents):
        return super().put(self._noted(documents))

    def rebuild(self, documents, catch_up=None):
        return super().rebuild(self._noted(documents), catch_up)

    def _noted(self, documents):
        for one in documents:
            self.put_here[one.id] = one
            yield one


@cache
def _folder():
    """One folder a process: chDB serves no second."""
    folder = tempfile.mkdtemp(prefix="lantai-chdb-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _double():
    """Host and port of a test double of OpenSearch that lives as long as the process."""
    double = pytest.importorskip("osmem_server", reason="no double of OpenSearch is installed")
    server = double.OsmemServer.start()
    atexit.register(server.close)
    return server.url.removeprefix("http://")
