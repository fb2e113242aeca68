"""An index with closed records answers the public as one that never held them: a property."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantai.core.search.port import SearchQuery
from tests.contract.search.documents import PUBLIC, filled, record
from tests.contract.search.engines import ENGINES, opened

WORDS = ["档案", "法", "农业", "林权", "王淑英", "一九五〇年", "Z1", "通知", "北平", "北京"]
_made = st.builds(
    lambda parts, tokens, year, creator: (parts, tokens, year, creator),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4),
    st.sampled_from([("public",), ("staff",), ("holder:A:s2",)]),
    st.sampled_from([0, 1950, 1987]),
    st.sampled_from(["", "王淑英", "县政府"]),
)
_asked = st.one_of(
    st.sampled_from(
        [*WORDS, "wsy", "档安法", "林权 OR 农业", "题名:林", "-档案", "1950..1987", ""]
    ),
    st.text(alphabet="档案法农业林权王*-1950北平", max_size=5),
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(rows=st.lists(_made, min_size=1, max_size=8), texts=st.lists(_asked, min_size=4, max_size=8))
@pytest.mark.parametrize("scheme", ENGINES)
def test_the_public_cannot_tell_that_closed_records_exist(scheme, rows, texts, tmp_path_factory):
    records = [
        record(
            str(n), "".join(parts), tokens=tokens, text=f"正文{parts[0]}", year=year, fonds=f"F{n % 3}",
            creator=creator, persons=creator, record_class="WS", reference_code=f"F{n % 3}-{n}",
        )
        for n, (parts, tokens, year, creator) in enumerate(rows)
    ]  # fmt: skip
    answers = []
    for held in (records, [r for r in records if "public" in r.tokens]):
        place = tmp_path_factory.mktemp("index")
        engine = filled(opened(scheme, place, uuid.uuid4().hex[:12]), held)
        answers.append([_seen(engine, text) for text in texts])
        engine.close()
    assert answers[0] == answers[1]


def _seen(engine, text):
    page = engine.search(
        SearchQuery(
            text, PUBLIC, facets=("fonds", "year", "record_class"), explain=True, sort="date"
        )
    )
    facets = {name: sorted(values) for name, values in page.facets.items()}
    hits = [(hit.id, dict(hit.highlights), list(hit.reasons)) for hit in page.hits]
    suggested = sorted(engine.suggest(text, PUBLIC))
    return hits, page.total, facets, suggested, page.near, page.capped, page.notes, bool(page.next)
