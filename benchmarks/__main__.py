"""``python -m benchmarks [--only NAME] [--write]``: every measure in a process of its own, one table.

``--write`` puts the table into docs/benchmarks.md. Nothing here is a test: figures depend on the
machine, ratios to a peer of the same run depend on it less.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figure import Figure

ROOT = Path(__file__).resolve().parents[1]
MEASURES = (
    "ingesting",
    "fixity",
    "storing",
    "packages",
    "importing",
    "moving",
    "searching",
    "entries",
    "registers",
    "returns",
    "demonstration",
)
PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=MEASURES, action="append", default=[])
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    options = parser.parse_args()
    figures: list[Figure] = []
    failed = []
    started = time.perf_counter()
    for name in options.only or MEASURES:
        print(f"… {name}", file=sys.stderr)
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            check=False,
        )
        if done.returncode:
            failed.append(name)
        lines = [line for line in done.stdout.splitlines() if line.startswith('{"what"')]
        figures += [Figure(**json.loads(line)) for line in lines]
    table = render(figures)
    print(table)
    print(f"{time.perf_counter() - started:.0f} s; {machine()}")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    if options.write:
        PAGE.write_text(page(table), encoding="utf-8")
    return 1 if failed else 0


def render(figures: list[Figure]) -> str:
    """A Markdown table."""
    rows = [
        "| measured | ours | peer or limit | its figure | ratio | target | note |",
        "|---|---|---|---|---|---|---|",
    ]
    for f in figures:
        theirs = "–" if f.theirs is None else f"{f.theirs:,.4g} {f.unit}"
        ratio = "–" if f.ratio is None else f"{f.ratio:.2f}"
        target = "–" if f.target is None else f"≥ {f.target:g}"
        cells = (f.what, f"{f.ours:,.4g} {f.unit}", f.peer, theirs, ratio, target, f.note or "–")
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def machine() -> str:
    """What it ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, load at the end {os.getloadavg()[0]:.1f}"
    )


def page(table: str) -> str:
    """The page of the manual."""
    return (
        "# Benchmarks 基准\n\n"
        "Written by `python -m benchmarks --write`; run it again on your own machine. A ratio above 1 "
        "is ahead of the peer or inside the limit, below 1 behind it; the peer did the same work in "
        "the same run. Sizes are small on purpose: the whole takes minutes.\n\n"
        f"{datetime.now(UTC):%Y-%m-%d}, {machine()}.\n\n{table}\n\n"
        "What each measure does is said at the head of its file: `benchmarks/ingesting.py`, `fixity.py`, `storing.py`, `packages.py`, "
        "`importing.py`, `moving.py`, `searching.py`, `demonstration.py`. `python -m benchmarks.search.latency` "
        "and `python -m benchmarks.search.relevance --misses` say more about search.\n"
    )


if __name__ == "__main__":
    raise SystemExit(main())
