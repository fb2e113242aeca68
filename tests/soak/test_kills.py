"""kill -9 of web and worker at random moments of an ingest: I1–I5 of the fault list hold."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Installation:
    """A data folder of its own, with real web and worker processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        kept = {k: v for k, v in os.environ.items() if k in {"PATH", "LANG", "HOME"}}
        self.environment = {
            **kept,
            "LANTAI_DATA": str(folder),
            "PYTHONPATH": str(ROOT / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self.running: list[subprocess.Popen[bytes]] = []

    def command(self, *words: str, timeout: int = 600) -> subprocess.CompletedProcess[str]:
        """One `lantai` command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "lantai.cli.main", *words], env=self.environment,
            capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip

    def start(self) -> None:
        """Web and worker."""
        for words in (["worker"], ["serve", "--port", str(self.port)]):
            self.running.append(
                subprocess.Popen(
                    [sys.executable, "-m", "lantai.cli.main", *words], env=self.environment,
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
                )
            )  # fmt: skip

    def kill(self) -> bool:
        """kill -9 of both, at once; was the ingest at work? Its lease is then let run out
        without waiting a minute."""
        for process in self.running:
            process.send_signal(signal.SIGKILL)
        for process in self.running:
            process.wait()
        self.running.clear()
        with sqlite3.connect(self.folder / "lantai.db", timeout=30) as database:
            done = database.execute(
                "UPDATE foundation_job SET lease_until = '2000-01-01 00:00:00' "
                "WHERE state = 'running'"
            )
        database.close()
        return done.rowcount > 0

    def state(self) -> str:
        """How the ingest's latest job stands, asked without a process of its own."""
        with closing(sqlite3.connect(self.folder / "lantai.db", timeout=30)) as database:
            found = database.execute(
                "SELECT state FROM foundation_job WHERE task = 'preservation.ingest' "
                "ORDER BY id DESC LIMIT 1"
            ).fetchone()
        return str(found[0]) if found else ""

    def wait_for(self, states: set[str], seconds: float = 120) -> None:
        """Until the ingest stands so."""
        end = time.monotonic() + seconds
        while self.state() not in states:
            assert time.monotonic() < end, f"{self.state()} after {seconds} s, not {states}"
            time.sleep(0.01)

    def job(self) -> dict[str, object]:
        """The ingest's row."""
        lines = self.command("job", "list", "--json").stdout.splitlines()
        rows = [json.loads(line) for line in lines]
        return next(row for row in rows if row["task"] == "preservation.ingest")

    def ingest(self, folder: Path) -> None:
        """Queue a folder."""
        queued = self.command("ingest", str(folder), "--queue", "--json")
        assert queued.returncode == 0, queued.stderr


def make_files(folder: Path, count: int) -> None:
    """Small files of some kinds, all different."""
    for n in range(count):
        place = folder / f"{n // 100:02d}"
        place.mkdir(parents=True, exist_ok=True)
        kind = ("txt", "html", "csv")[n % 3]
        (place / f"第{n:04d}件.{kind}").write_text(
            f"云溪县第{n}号文书，{'救济' * (n % 50)}\n", "utf-8"
        )


def storm(folder: Path, rounds: int, files: int) -> dict[str, object]:
    """Ingest through the queue while everything is killed ``rounds`` times; what is left."""
    dice = random.Random(rounds)
    data = folder / "data"
    installation = Installation(data)
    assert installation.command("init").returncode == 0
    incoming = folder / "来料"
    make_files(incoming, files)
    batches = sorted(incoming.iterdir())
    installation.ingest(batches[0])
    installation.start()
    installation.wait_for({"running", "done"})
    began = time.monotonic()
    installation.wait_for({"done"})
    spell = time.monotonic() - began  # how long one folder keeps the ingest at work
    installation.kill()
    taken, hits = 1, 0  # hits: kills that met the ingest at work
    for number in range(rounds):
        if installation.state() == "done":
            installation.ingest(batches[taken % len(batches)])  # the next, or once more: I5
            taken += 1
        installation.start()
        if number % 5:
            installation.wait_for({"running", "done"})
            time.sleep(dice.random() * spell / 2)
        else:  # whatever it is doing: starting, idle, at work
            time.sleep(dice.random() * 4)
        hits += installation.kill()
    for batch in batches[taken:]:
        installation.ingest(batch)
    for _ in range(5):
        installation.command("worker", "--until-idle")
        if installation.job()["state"] == "done":
            break
    again = [installation.command("ingest", str(batch), "--json").stdout for batch in batches]
    truth = installation.command("reconcile", "--digests", "--json")
    ledger = installation.command("audit", "verify", "--json")
    return {
        "hits": hits,
        "job": installation.job(),
        "again": [json.loads(line) for line in again],
        "reconcile": json.loads(truth.stdout),
        "ledger": json.loads(ledger.stdout),
    }


def check(found: dict[str, object], files: int) -> None:
    assert found["job"]["state"] == "done", found["job"]
    assert found["ledger"]["ok"], found["ledger"]["findings"]
    assert found["reconcile"]["ok"], found["reconcile"]["findings"]
    assert found["reconcile"]["invariants"] == {"I1": True, "I2": True, "I3": True}
    counts = found["reconcile"]["counts"]
    assert counts["objects"]["objects"] == files  # I5: one object, one record, however often run
    assert counts["rows"]["records"] == files
    assert counts["deposits"] == {"deposits": len(found["again"]), "incomplete": 0}
    assert sum(line["records"] for line in found["again"]) == files
    assert {line["verdict"] for line in found["again"]} == {"pass"}


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_five_kills_during_an_ingest_leave_nothing_half_done(tmp_path):
    files = 150
    found = storm(tmp_path, 5, files)
    assert found["hits"] >= 2, "the kills missed the ingest: they prove nothing"
    check(found, files)


@pytest.mark.soak
@pytest.mark.timeout(5400)
def test_a_hundred_kills_during_an_ingest_of_a_thousand_files(tmp_path):
    rounds = int(os.environ.get("LANTAI_KILLS", "100"))
    files = int(os.environ.get("LANTAI_KILL_FILES", "1000"))
    found = storm(tmp_path, rounds, files)
    print(json.dumps({"rounds": rounds, "hits": found["hits"], "files": files, "ledger": found["ledger"],
                      "counts": found["reconcile"]["counts"]}, ensure_ascii=False))  # fmt: skip
    assert found["hits"] >= rounds // 2, "the kills missed the ingest: they prove nothing"
    check(found, files)
