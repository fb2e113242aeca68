"""The engines the search contract holds, and where each keeps an index of a test."""

import atexit
import shutil
import tempfile
from functools import cache

import pytest

ENGINES = [
    "memory",
    "tantivy",
    pytest.param("clickhouse", marks=pytest.mark.xdist_group("chdb")),
]


def url_of(scheme, tmp_path, tmp_path_factory=None, name="a"):
    """The address of a new index."""
    if scheme == "memory":
        return "memory://"
    if scheme == "clickhouse":
        pytest.importorskip("chdb", reason="the extra lantai-archives[clickhouse] is not installed")
        return f"clickhouse://{_folder()}?database=t{name}"
    return f"{scheme}://{tmp_path}/index"


@cache
def _folder():
    """One folder a process: chDB serves no second."""
    folder = tempfile.mkdtemp(prefix="lantai-chdb-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
