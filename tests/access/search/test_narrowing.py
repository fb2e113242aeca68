"""Searching within: earlier questions, a branch, picked records; each a chip to take away."""

import pytest

from lantai.access.search.followers import bring_up_to_date
from lantai.access.search.narrowing import together
from lantai.catalogue.records.operations import enter_records
from tests.access.search.holdings import described, make_holdings
from tests.people import make_county

pytestmark = pytest.mark.django_db


def test_questions_together_ask_each_alone():
    assert together(["土改", "合同"]) == "土改 合同"
    assert together(["土改 或 婚姻", "非 离婚"]) == "（土改 或 婚姻） （非 离婚）"
    assert together(["土地 承包"]) == "土地 承包"


def test_a_reader_narrows_step_by_step_within_a_file_and_among_picked_ones(data_folder, client):
    county = make_county()
    named = make_holdings(county, follow=False)
    (file,) = enter_records(
        county.act("archivist"), fonds=county.fonds,
        descriptions=[described(10, "救灾案卷", _level="file")],
    )  # fmt: skip
    below = enter_records(
        county.act("archivist"), fonds=county.fonds,
        descriptions=[described(n, f"救灾通知之{n}", _parent=file) for n in (11, 12)],
    )  # fmt: skip
    bring_up_to_date()
    client.force_login(county.people["archivist"])

    def titles(**query):
        page = client.get("/search/", query)
        assert page.status_code == 200
        return {row["title"] for row in page.context["results"]}, page.content.decode()

    found, page = titles(q="救灾")
    assert len(found) == 4 and 'name="in" value="救灾"' in page
    found, page = titles(**{"in": "救灾", "q": "款 或 之11"})
    assert found == {"关于救灾款发放的通知", "救灾通知之11"} and "其中：救灾" in page
    found, page = titles(under=str(file.uid), q="通知")
    assert found == {"救灾通知之11", "救灾通知之12"} and "“救灾案卷”之下" in page
    found, page = titles(pick=[str(below[0].uid), str(named["open"].uid)], q="通知")
    assert found == {"救灾通知之11", "关于救灾款发放的通知"} and "选中的 2 件" in page
    export = client.get("/export/", {"format": "csv", "under": str(file.uid), "q": "通知"})
    rows = b"".join(export.streaming_content).decode()
    assert "救灾通知之12" in rows and "救灾款" not in rows
    api = client.get("/api/v1/search", {"under": str(file.uid), "also": "救灾", "q": "之12"})
    assert [row["title"] for row in api.json()["results"]] == ["救灾通知之12"]
    client.logout()
    public = client.get("/portal/search/", {"in": "救灾", "q": "发放"}).content.decode()
    assert "其中：救灾" in public and str(named["open"].uid) in public
    hidden = client.get("/api/v1/search", {"under": str(file.uid)})
    assert hidden.status_code == 404 and "救灾" not in hidden.content.decode()
