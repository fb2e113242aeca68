import pytest

from lantai.engines.search import open_search


@pytest.fixture(params=["memory", "tantivy"])
def engine(request, tmp_path):
    opened = open_search(
        "memory://" if request.param == "memory" else f"tantivy://{tmp_path}/index"
    )
    yield opened
    opened.close()
