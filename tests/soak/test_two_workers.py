"""One job table, two workers on PostgreSQL, one of them killed -9 at work: the other takes over."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests import postgres
from tests.soak.test_kills import Installation, make_files

pytestmark = pytest.mark.soak


def _worker(installation: Installation) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "lantai.cli.main", "worker"], env=installation.environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def _jobs(url: str) -> list[dict[str, Any]]:
    import psycopg

    with psycopg.connect(url) as database:
        rows = database.execute(
            "SELECT id, state, worker, fence, error FROM foundation_job WHERE task = "
            "'preservation.ingest' ORDER BY id"
        ).fetchall()
    return [
        dict(zip(("id", "state", "worker", "fence", "error"), row, strict=True)) for row in rows
    ]


def _runs(job: dict[str, Any], worker: subprocess.Popen[bytes]) -> bool:
    return job["state"] == "running" and str(job["worker"]).endswith(f":{worker.pid}")


def _expire(url: str, dead: int) -> int:
    """The dead worker's leases run out without waiting a minute. How many it held."""
    import psycopg

    with psycopg.connect(url) as database:
        return database.execute(
            "UPDATE foundation_job SET lease_until = '2000-01-01' WHERE state = 'running' "
            "AND worker LIKE %s", [f"%:{dead}"],
        ).rowcount  # fmt: skip


@pytest.mark.timeout(3600)
def test_a_killed_workers_jobs_are_finished_by_the_other(tmp_path: Path) -> None:
    try:
        url = postgres.start()
    except RuntimeError as absent:
        pytest.skip(str(absent))
    installation = Installation(tmp_path / "data")
    installation.environment["LANTAI_DATABASE_URL"] = url
    assert installation.command("init").returncode == 0
    make_files(tmp_path / "in", 300)
    folders = sorted((tmp_path / "in").iterdir())
    for folder in folders:
        installation.ingest(folder)
    workers = [_worker(installation), _worker(installation)]
    held, dead = 0, workers[0]
    try:
        end = time.monotonic() + 600
        while time.monotonic() < end and not held:
            jobs = _jobs(url)
            assert any(j["state"] != "done" for j in jobs), "neither worker was met at work"
            if at_work := [one for one in workers if any(_runs(j, one) for j in jobs)]:
                dead = at_work[0]
                dead.send_signal(signal.SIGKILL)
                dead.wait()
                held = _expire(url, dead.pid)
                if not held:  # it had just ended its job: another takes its place
                    workers[workers.index(dead)] = _worker(installation)
            time.sleep(0.05)
        assert held, "the killed worker held no job: the test met nothing"
        while time.monotonic() < end and any(j["state"] != "done" for j in _jobs(url)):
            time.sleep(0.5)
    finally:
        for process in workers:
            process.kill()
            process.wait()
    jobs = _jobs(url)
    assert [j["state"] for j in jobs] == ["done"] * len(folders), jobs
    (other,) = (one for one in workers if one is not dead)
    assert all(str(j["worker"]).endswith(f":{other.pid}") for j in jobs if j["fence"] > 1)
    assert any(j["fence"] > 1 for j in jobs)
    installation.command("worker", "--until-idle")
    agreed = installation.command("reconcile", "--json")
    assert agreed.returncode == 0, agreed.stdout[-2_000:]
    found = installation.command("search", "", "--as", "system", "--limit", "0", "--json")
    assert json.loads(found.stdout)["total"] == 300
