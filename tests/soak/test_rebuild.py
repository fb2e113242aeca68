"""The database and the index lost: storage brings both back, with the same answers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.soak.test_kills import Installation

pytestmark = pytest.mark.soak

#: (who asks, question): single characters, phrases, either script, codes, dates, fields, choices.
QUESTIONS = [
    (who, question)
    for who in ("", "system")
    for question in (
        "民", "县", "通知", "救灾", "救災", "水利", "土地", "婚姻登记", "婚姻登記", "知青",
        "关于", "年度工作总结", "云溪县民政局", "J012", "WS", "1978", "1983年", "民国三十八年",
        '"关于做好"', "通知 OR 请示", "会议 NOT 通知", "档案", "合作社", "发票", "照片",
    )
]  # fmt: skip
#: What is no part of the archives' story: queues, sign-ins, positions of followers, run notes.
NOT_KEPT = ("django_", "auth_", "sqlite_", "foundation_job", "foundation_loginattempt",
            "foundation_followercursor")  # fmt: skip


def make_demonstration(installation: Installation) -> None:
    """The demonstration archives made whole, then web and worker stopped."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lantai.cli.main", "up", "--demo", "--port", str(installation.port)],
        env=installation.environment, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    end = time.monotonic() + 1500
    try:
        while time.monotonic() < end:
            time.sleep(15)
            lines = installation.command("job", "list", "--json").stdout.splitlines()
            jobs = [json.loads(line) for line in lines]
            open_ones = [
                job for job in jobs if job["state"] != "done" and "Seal" not in job["title"]
            ]
            if jobs and not open_ones:
                return
        raise AssertionError(f"the demonstration was not made: {lines[:5]}")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)
        installation.command("worker", "--until-idle")


def answers(installation: Installation) -> list[Any]:
    """What every question is answered: how many, and which, with their titles and status."""
    found = []
    for who, question in QUESTIONS:
        words = ["search", question, "--json", "--limit", "1000", *(["--as", who] if who else [])]
        done = installation.command(*words)
        assert done.returncode == 0, (question, done.stderr)
        answer = json.loads(done.stdout)
        shown = [(r["id"], r["title"], r["access_status"]) for r in answer["results"]]
        found.append((who, question, answer["total"], sorted(shown)))
    return found


def counts(folder: Path) -> dict[str, int]:
    """Rows of every table that is to come back."""
    with sqlite3.connect(folder / "lantai.db") as database:
        tables = [
            r[0] for r in database.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        return {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in sorted(tables)
            if not table.startswith(NOT_KEPT)
        }


@pytest.mark.timeout(3600)
def test_fifty_questions_are_answered_the_same_after_the_catalogue_was_lost(tmp_path):
    data = tmp_path / "data"
    installation = Installation(data)
    make_demonstration(installation)
    before, rows = answers(installation), counts(data)
    assert len(before) == 50
    assert sum(1 for *_, total, _ in before if total) >= 40, (
        "questions that find nothing prove nothing"
    )
    for path in data.glob("lantai.db*"):
        path.unlink()
    shutil.rmtree(data / "index")
    catalogue = installation.command("rebuild", "catalogue", "--json")
    assert catalogue.returncode == 0, catalogue.stderr
    index = installation.command("rebuild", "index", "--json")
    assert index.returncode == 0, index.stderr
    print(json.dumps({"rows": rows, "catalogue": json.loads(catalogue.stdout),
                      "index": json.loads(index.stdout)}, ensure_ascii=False)[:6000])  # fmt: skip
    rows["foundation_ledgerentry"] += 1  # the rebuilding itself is entered
    assert counts(data) == rows
    assert answers(installation) == before
    assert installation.command("audit", "verify").returncode == 0
