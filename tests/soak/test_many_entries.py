"""The index of ten million entries: all is found that a scan finds, and nothing else, in bounded memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.soak.test_kills import ROOT

pytestmark = pytest.mark.soak
ENTRIES = int(os.environ.get("LANTAI_ENTRIES", "10000000"))
BYTES = 350  # of index an entry
MEMORY = 4_096  # MB resident of one who asks
OFF = 0.25  # how far an estimate may be off


@pytest.mark.timeout(7_200)
def test_ten_million_entries_are_filled_asked_and_added_to(tmp_path_factory):
    folder = tmp_path_factory.mktemp("entries")
    command = [sys.executable, "-m", "benchmarks.search.million", "all", "--engine", "lantai"]
    command += ["--count", str(ENTRIES), "--folder", str(folder)]
    paths = os.pathsep.join((str(ROOT), str(ROOT / "src")))
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": paths}, check=True)
    place = folder / str(ENTRIES) / "lantai"
    built = json.loads((place / "built.json").read_text())
    assert built["bytes"] / ENTRIES < BYTES
    found = json.loads((place / "measured.json").read_text())
    checked = found["checked"]
    assert checked["questions"] > 50
    assert (checked["few"], checked["many"], checked["wrong"]) == (0, 0, 0)
    assert checked["found"] == checked["hits"] > 0
    assert all(off < OFF for off in checked["off"])
    assert found["memory"] < MEMORY
    assert len(found["soon"]) > 0
