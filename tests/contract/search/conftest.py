import uuid

import pytest

from lantai.engines.search import open_search
from tests.contract.search.engines import ENGINES, url_of


@pytest.fixture(params=ENGINES)
def engine(request, tmp_path, tmp_path_factory):
    opened = open_search(url_of(request.param, tmp_path, tmp_path_factory, uuid.uuid4().hex[:12]))
    yield opened
    opened.close()
