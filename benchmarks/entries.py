"""Search of a million made entries beside every peer that is installed here.

``python -m benchmarks.entries [--count 1000000] [--folder DIR]``: `benchmarks.search.million` as a
whole, its log kept in the folder; told here is the p95 of the whole mix, warm, of each peer and of
ours over the kinds the peer can answer, and what was found against a scan of every entry.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, median, quantile
from benchmarks.place import a_place
from benchmarks.search.million import ENGINES
from benchmarks.search.reporting import mixed

AHEAD = {"postgres-trgm": 20.0, "postgres-bigram": 20.0}  # others: ahead at all


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="kept there, to be asked again")
    options = parser.parse_args()
    with a_place(options.folder, keep=True) as folder:
        command = [sys.executable, "-m", "benchmarks.search.million", "all"]
        command += ["--count", str(options.count), "--folder", str(folder)]
        done = subprocess.run(command, stdout=sys.stderr, check=False)
        place = folder / str(options.count)
        kept = {name: place / name / "measured.json" for name in ENGINES}
        tell(options.count, {n: json.loads(p.read_text()) for n, p in kept.items() if p.exists()})
    return done.returncode


def tell(count: int, asked: dict[str, Any]) -> None:
    """The figures; peers that are not installed have none."""
    ours = asked.pop("lantai")
    asked.pop("lantai-marks", None)
    for name, theirs in asked.items():
        mine = {kind: ours["warm"][kind] for kind in theirs["warm"]}
        Figure(
            f"search p95, {count} entries, mixed questions", quantile(mixed(mine), 0.95), "ms",
            theirs["name"], quantile(mixed(theirs["warm"]), 0.95), more_is_better=False,
            target=AHEAD.get(name, 1.0), note="ours also filters the viewer",
        ).tell()  # fmt: skip
    checked = ours["checked"]
    Figure(
        f"entries found of those a scan of {count} finds", checked["found"], "entries",
        "all of them, none besides", checked["hits"] + checked["wrong"], target=1.0,
    ).tell()  # fmt: skip
    Figure(
        "one entry added, until another reader finds it", median(ours["soon"]), "ms",
        "the limit", 2_000, more_is_better=False, target=1.0,
    ).tell()  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
