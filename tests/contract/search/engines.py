"""The engines the search contract holds, and where each keeps an index of a test."""

import atexit
import shutil
import tempfile
from functools import cache

import pytest

ENGINES = [
    "memory",
    "tantivy",
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
