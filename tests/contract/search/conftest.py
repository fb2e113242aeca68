import uuid

import pytest

from lantai.engines.search import open_search
from tests.contract.search.engines import ENGINES, url_of


@pytest.fixture(params=ENGINES)
def engine(request, another):
    return another(request.param)


@pytest.fixture
def another(tmp_path_factory):
    """Opens new, empty indexes of an engine, and closes them."""
    opened = []

    def open_another(scheme):
        place = tmp_path_factory.mktemp("index")
        opened.append(open_search(url_of(scheme, place, uuid.uuid4().hex[:12])))
        return opened[-1]

    yield open_another
    for one in opened:
        one.close()
