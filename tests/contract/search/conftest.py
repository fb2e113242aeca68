import uuid

import pytest

from tests.contract.search.engines import ENGINES
from tests.contract.search.engines import opened as opened_index


@pytest.fixture(params=ENGINES)
def engine(request, another):
    return another(request.param)


@pytest.fixture
def another(tmp_path_factory):
    """Opens new, empty indexes of an engine, and closes them."""
    opened = []

    def open_another(scheme):
        place = tmp_path_factory.mktemp("index")
        opened.append(opened_index(scheme, place, uuid.uuid4().hex[:12]))
        return opened[-1]

    yield open_another
    for one in opened:
        one.close()
