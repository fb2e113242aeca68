"""Two nodes prove to each other that they hold the same bytes; the sealed digest decides who errs."""

from __future__ import annotations

import io
import json
import shutil
import urllib.error
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client

from lantai.cli.main import main
from lantai.core.storage.port import StorageFailure
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.worker import run_worker
from lantai.foundation.policy import Operator
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.peering import client
from lantai.preservation.peering.models import PeerPoll
from lantai.preservation.peering.peers import add_peer, peer_named
from lantai.preservation.peering.polling import poll_peer
from lantai.preservation.replication.models import PreservedObject
from lantai.preservation.replication.replicating import replicate
from tests.installation import Lantai, papers
from tests.people import make_county
from tests.preservation.test_depositing import deposit, make_items

TOKEN = "a-token-long-enough-for-two-nodes"
OPERATOR = Act(by=Operator(), channel="cli")


@pytest.fixture
def nodes(db, data_folder, tmp_path, settings, monkeypatch):
    """Node A with four objects; node B is another data folder that holds the same."""
    county = make_county()
    deposit(county, make_items(tmp_path / "a", 4))
    replicate(OPERATOR)
    other = tmp_path / "乙"
    shutil.copytree(data_folder / "storage", other / "storage")
    here = settings.LANTAI
    there = replace(here, data=other, store_url=f"folder://{other}/storage/ocfl")

    @contextmanager
    def at(place):
        settings.LANTAI = place
        try:
            yield
        finally:
            settings.LANTAI = here

    for place, url in ((here, "http://b.example"), (there, "http://a.example")):
        with at(place):
            add_peer("B" if place is here else "A", url, TOKEN)

    def send(peer, path, data):
        place = there if peer.url.startswith("http://b") else here
        before = settings.LANTAI
        settings.LANTAI = place
        call = {"HTTP_AUTHORIZATION": f"Bearer {peer.token}"}
        address = f"{client.API}{path}"
        try:
            answer = (
                Client().get(address, **call)
                if data is None
                else Client().post(address, data, content_type="application/json", **call)
            )
            body = b"".join(answer) if answer.streaming else answer.content
        finally:
            settings.LANTAI = before
        if answer.status_code >= 400:
            raise StorageFailure(f"{answer.status_code}")
        return io.BytesIO(body)

    monkeypatch.setattr(client, "_open", send)
    return at, here, there


def file_at(place) -> Path:
    row = PreservedObject.objects.order_by("pk").first()
    path = next((Path(place.data) / "storage/ocfl" / row.path / "v1/content").rglob("*.txt"))
    path.chmod(0o600)
    return path


def test_both_hold_the_same(nodes):
    poll = poll_peer(OPERATOR, peer_named("B"))
    assert (poll.asked, poll.agreed, poll.findings) == (4, 4, [])


def test_a_peer_that_errs_is_told_and_mends_itself_from_us(nodes):
    at, _, there = nodes
    good = file_at(there).read_bytes()
    file_at(there).write_bytes(b"forged")
    poll = poll_peer(OPERATOR, peer_named("B"))
    assert (poll.agreed, poll.peer_wrong, poll.ours_wrong) == (3, 1, 0)
    with at(there):
        run_worker(lambda: False, idle_exit=True)
    assert Job.objects.get(task="peering.mend").result == {"mended": True}
    assert file_at(there).read_bytes() == good
    assert poll_peer(OPERATOR, peer_named("B")).agreed == 4


def test_when_we_err_we_mend_ours_from_the_peer(nodes):
    _, here, _ = nodes
    good = file_at(here).read_bytes()
    file_at(here).write_bytes(good[:-1] + b"?")
    poll = poll_peer(OPERATOR, peer_named("B"))
    assert (poll.agreed, poll.ours_wrong, poll.mended) == (3, 1, 1)
    assert file_at(here).read_bytes() == good


def test_a_peer_s_forged_copy_mends_nothing(nodes):
    _, here, there = nodes
    for place in (here, there):
        file_at(place).write_bytes(b"forged")
    poll = poll_peer(OPERATOR, peer_named("B"))
    assert (poll.ours_wrong + poll.agreed, poll.mended) == (4, 0)
    row = PreservedObject.objects.order_by("pk").first()
    shutil.rmtree(Path(there.data) / "storage/ocfl" / row.path)
    poll = poll_peer(OPERATOR, peer_named("B"))
    assert (poll.ours_wrong, poll.mended) == (1, 0)


def test_a_peer_without_the_object_is_named(nodes):
    _, _, there = nodes
    shutil.rmtree(file_at(there).parents[3])
    poll = poll_peer(OPERATOR, peer_named("B"), offer=False)
    assert [f["code"] for f in poll.findings] == ["peer-absent"]


@pytest.mark.parametrize("token", ["", "Bearer wrong-token-of-some-length"])
def test_nobody_without_the_token_comes_in(nodes, token):
    object_id = PreservedObject.objects.first().object_id
    call = {"HTTP_AUTHORIZATION": token} if token else {}
    body = json.dumps({"nonce": "00" * 32, "objects": [object_id]})
    address = f"{client.API}/proofs"
    answer = Client().post(address, body, content_type="application/json", **call)
    assert answer.status_code == 401
    assert Client().get(f"{client.API}/objects/{object_id}/files", **call).status_code == 401


def test_questions_out_of_bounds_are_refused(nodes):
    call = {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}", "content_type": "application/json"}
    address = f"{client.API}/proofs"
    for body in ({"nonce": "00", "objects": []}, {"nonce": "zz" * 32, "objects": []},
                 {"nonce": "00" * 32, "objects": ["x"] * 201}):  # fmt: skip
        assert Client().post(address, json.dumps(body), **call).status_code in {400, 409, 422}
    object_id = PreservedObject.objects.first().object_id
    base = f"{client.API}/objects/{object_id}/bytes"
    answer = Client().get(base, {"name": "../../../../keys/peers/B.json"}, **call)
    assert answer.status_code == 404
    with pytest.raises(Refusal):
        add_peer("x", "ftp://x", TOKEN)
    with pytest.raises(Refusal):
        add_peer("x", "http://x", "short")
    assert storage_root() is not None
    assert PeerPoll.objects.count() == 0


def test_the_command_adds_a_peer_and_says_when_it_is_away(nodes, tmp_path, capsys, monkeypatch):
    secret = tmp_path / "token"
    secret.write_text(TOKEN)
    words = ["store", "peer-add", "C", "http://127.0.0.1:9", "--token-file", str(secret)]
    assert main(words) == 0

    def away(*_):
        raise StorageFailure("C 连不上")

    monkeypatch.setattr(client, "_open", away)
    assert main(["store", "poll", "C"]) == 2
    assert "连不上" in capsys.readouterr().err
    assert isinstance(urllib.error.URLError("x"), OSError)


@pytest.mark.soak
def test_two_real_nodes_mend_each_other(tmp_path):
    from tests.soak.test_kills import Installation

    token = tmp_path / "token"
    token.write_text(TOKEN)
    first = Lantai(tmp_path / "甲")
    first.json("init")
    first.json("ingest", str(papers(tmp_path / "来料", 20)))
    first.json("store", "copy")
    first.json("backup", str(tmp_path / "副本"))
    second = Lantai(tmp_path / "乙")
    second.json("restore", str(tmp_path / "副本"), "--no-index")
    ports = [Installation(tmp_path / f"p{n}").port for n in range(2)]
    servers = [
        node.begin("serve", "--port", str(port))
        for node, port in zip((first, second), ports, strict=True)
    ]
    try:
        for node, code, port in ((first, "B", ports[1]), (second, "A", ports[0])):
            node.json(
                "store", "peer-add", code, f"http://127.0.0.1:{port}", "--token-file", str(token)
            )
        _until(lambda: first.call("store", "poll", "B", "--json").returncode == 0)
        bad = next((tmp_path / "乙/storage/ocfl").rglob("v1/content/**/*.txt"))
        good = bad.read_bytes()
        bad.write_bytes(b"forged")
        assert first.json("store", "poll", "B", exits=1)["peer_wrong"] == 1
        second.call("worker", "--until-idle")
        assert bad.read_bytes() == good
        assert first.json("store", "poll", "B")["agreed"] == 20
    finally:
        for server in servers:
            server.kill()
            server.wait()


def _until(ready) -> None:
    import time

    end = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.5)
