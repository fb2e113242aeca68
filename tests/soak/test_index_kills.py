"""kill -9 of the index's writer during commit and merge: no acknowledged record is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy import TantivySearch

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
from lantai.core.search.port import SearchDocument
from lantai.engines.search.tantivy import TantivySearch
engine, first = TantivySearch(sys.argv[1], memory=15_000_000), int(sys.argv[2])
while True:
    last = first + 40
    engine.put(SearchDocument(id=str(n), tokens=("public",), title=f"第{n}号档案", year=1950)
               for n in range(first, last))
    engine.commit()
    print(last, flush=True)
    first = last
"""
KILLS = int(os.environ.get("LANTAI_KILLS", "100"))


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_killed_writer_loses_no_acknowledged_record(tmp_path):
    rng = random.Random(64)
    place, acknowledged = tmp_path / "index", 0
    for _ in range(KILLS):
        acknowledged = _write_and_kill(place, acknowledged, rng)
        engine = TantivySearch(place)
        assert engine.count() >= acknowledged
        engine.close()
    engine = TantivySearch(place)
    held = engine.count()
    for number in rng.sample(range(acknowledged), min(200, acknowledged)):
        page = engine.search(SearchQuery(f'"第{number}号档案"', None, exact=True))
        assert str(number) in {hit.id for hit in page.hits}
    assert engine.search(SearchQuery("", None)).total == held
    engine.close()


def _write_and_kill(place: Path, first: int, rng: random.Random) -> int:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(place), str(first)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert writer.stdout is not None
    last = first
    line = writer.stdout.readline()  # at least one commit is acknowledged
    last = int(line)
    time.sleep(rng.random() * 0.4)
    writer.send_signal(signal.SIGKILL)
    for line in writer.stdout.read().split("\n"):
        last = int(line) if line.isdigit() else last
    writer.wait()
    return last
