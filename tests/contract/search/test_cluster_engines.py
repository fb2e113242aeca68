"""ClickHouse and OpenSearch in short: the whole contract runs on them in the soak."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lantai.core.search.port import IndexOutdated, SearchQuery, SearchUnavailable
from lantai.engines.search import open_search
from tests.contract.search.documents import PUBLIC, RECORDS, STAFF, every_id, filled, ids, record
from tests.contract.search.test_permission import SECRETS


@pytest.fixture(params=["clickhouse", "opensearch"])
def cluster(request, another):
    return filled(another(request.param))


def test_a_cluster_engine_finds_updates_rebuilds_and_hides_what_is_closed(cluster):
    for text, found in {
        "檔案": ["1", "2"],
        "府": ["1"],
        "人民政府应当": ["1"],
        "档案 -实施": ["1"],
        "档号:Z109-WS·19*": ["1", "2"],
        "国务院令 第440号": ["1"],
        "1985..1990": ["1", "2"],
        "档桉法": ["1", "2"],
        "ｚ１０９": ["1", "2"],
    }.items():
        assert sorted(ids(cluster, text)) == found, text
    assert ids(cluster, "农业法")[0] == "4"
    for text in SECRETS[::4]:
        page = cluster.search(SearchQuery(text, PUBLIC, facets=("fonds", "year")))
        assert "3" not in {hit.id for hit in page.hits}
        assert "Z777" not in dict(page.facets["fonds"])
    assert "3" in ids(cluster, "獬豸", STAFF)
    assert cluster.suggest("秘密", PUBLIC) == []
    assert cluster.suggest("檔案", PUBLIC, 1) == ["中華人民共和國檔案法"]
    assert sorted(every_id(cluster, "", sort="-date", limit=2)) == ["1", "2", "4", "5", "6"]
    cluster.put([record("4", "林业法")])
    cluster.delete(["6"])
    cluster.commit()
    assert (ids(cluster, "林业"), cluster.count()) == (["4"], 5)
    assert cluster.rebuild(RECORDS, lambda sink: sink.put([record("7", "修订档案法")])) == 6
    assert sorted(ids(cluster, "档案法")) == ["1", "2", "7"]


def test_an_index_of_another_version_is_refused_until_rebuilt(cluster, monkeypatch):
    module = type(cluster).__module__
    monkeypatch.setattr(f"{module}.schema_name", lambda: "0-other")
    cluster._made = False
    with pytest.raises(IndexOutdated):
        cluster.search(SearchQuery("档案", PUBLIC))
    assert cluster.rebuild(RECORDS) == 6
    assert cluster.search(SearchQuery("档案", PUBLIC)).total == 2


def test_a_clickhouse_server_is_spoken_to_over_http(another):
    """The engine itself behind a server of a few lines: the same statements, another door."""
    behind = another("clickhouse")._server

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            sql = self.rfile.read(int(self.headers["Content-Length"])).decode()
            try:
                status, answer = 200, behind.run(sql).encode()
            except Exception as error:
                status, answer = 500, str(error).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        engine = open_search(f"clickhouse://someone:secret@127.0.0.1:{server.server_port}/overhttp")
        assert engine.count() == 0
        filled(engine)
        assert sorted(ids(engine, "檔案")) == ["1", "2"]
        engine.close()
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("url", ["opensearch://127.0.0.1:9/lantai", "clickhouse://127.0.0.1:9/l"])
def test_a_server_that_is_away_is_said(url):
    with pytest.raises(SearchUnavailable) as said:
        open_search(url).search(SearchQuery("档案", PUBLIC))
    assert "不能应答" in said.value.message_zh


def test_a_wrong_address_is_refused():
    for url in ("clickhouse://", "opensearch://", "clickhouse:///x?database=a;b"):
        with pytest.raises(ValueError, match=r"needs|name"):
            open_search(url)
