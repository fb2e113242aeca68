"""kill -9 of the index's writer during commit and merge: no acknowledged record is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from lantai.core.search.port import SearchQuery
from lantai.engines.search.tantivy.engine import TantivySearch

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
from lantai.core.search.port import SearchDocument
from lantai.engines.search.tantivy.engine import TantivySearch
engine, first = TantivySearch(sys.argv[1], memory=15_000_000), int(sys.argv[2])
words = [chr(0x4e00 + 37 * n % 20000) for n in range(20000)]
while True:
    last = first + 40
    engine.put(SearchDocument(id=str(n), tokens=("public",), title=f"第{n}号档案", year=1950,
                              text="".join(words[n * 7 % 19000:][:600]))
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
    place, acknowledged, merging, committing = tmp_path / "index", 0, 0, 0
    for _ in range(KILLS):
        acknowledged = _write_and_kill(place, acknowledged, rng)
        unfinished = _unfinished(place / "generation-1")
        merging += any(size > 1.7 for size in unfinished)
        committing += any(size <= 1.7 for size in unfinished)
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
    print(f"kills {KILLS}, in a merge {merging}, in a commit {committing}, records {held}")
    assert merging >= KILLS // 10, "the kills did not meet the merges"
    assert committing >= KILLS // 10, "the kills did not meet the commits"


def _unfinished(generation: Path) -> list[float]:
    """Segments on disk that no commit names, in sizes of a commit's: a larger one is of a merge."""
    known = {s["segment_id"].replace("-", "") for s in _meta(generation)["segments"]}
    sizes: dict[str, int] = {}
    for path in generation.iterdir():
        name = path.name.partition(".")[0]
        if len(name) == 32:
            sizes[name] = sizes.get(name, 0) + path.stat().st_size
    one = min(size for name, size in sizes.items() if name in known)
    return [size / one for name, size in sizes.items() if name not in known]


def _meta(generation: Path) -> dict[str, Any]:
    return json.loads((generation / "meta.json").read_text(encoding="utf-8"))


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
