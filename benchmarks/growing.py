"""What a row costs as the catalogue grows: a large import in steps, a small one before and after.

``python -m benchmarks.growing --rows 1000000 --step 100000`` imports a step after the other into one
catalogue, as `lantai import` does it (a second process indexes meanwhile), and tells of each what a
row took, how large the files have grown and how much memory both processes held. What is given at
the end is the cost of a small import into the full catalogue by that into the empty one.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, median
from benchmarks.importing import Spent, measured, say
from benchmarks.installation import archives_and_fonds, installation
from benchmarks.resident import Resident, Watched, resident
from benchmarks.search.generated import entries, write_csv

SMALL = 5_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--step", type=int, default=30_000)
    options = parser.parse_args()
    with installation() as (place, act):
        _holder, fonds = archives_and_fonds(act)
        small(place, act, fonds, 0)  # after it what is read once is read
        first, before = middle(place, act, fonds, SMALL)
        done = 4 * SMALL
        while done < options.rows:
            count = min(options.step, options.rows - done)
            spent, beside = step(place, act, fonds, done, count)
            done += count
            say(
                f"{done:,}: {spent.cpu / count * 1e6:.0f} us of CPU a row, "
                f"{spent.wall / count * 1e6:.0f} us by the clock; {sizes(place, done)}; "
                f"here {resident()}; beside at most {beside}; load {os.getloadavg()[0]:.1f}"
            )
        last, after = middle(place, act, fonds, done)
        say(f"a yardstick took {before:.3f} s then and {after:.3f} s now; the figure is by it")
        say(f"{SMALL:,} rows: {first:.2f} s of CPU into the empty, {last:.2f} s into {done:,}")
        Figure(
            f"{SMALL} rows imported into a catalogue of {done}",
            last / SMALL * 1e6 / (after / before),
            "us of CPU a row",
            "the same into an empty one",
            first / SMALL * 1e6,
            more_is_better=False,
            target=0.8,
        ).tell()


def step(place: Path, act: Any, fonds: Any, first: int, count: int) -> tuple[Spent, Resident]:
    """A large import, from csv to searchable, and the most the process beside held."""
    from lantai.access.search.followers import bring_up_to_date
    from lantai.access.search.following_beside import FollowingBeside

    table = written(place, first, count)
    spent = Spent()
    with measured(spent):
        beside = FollowingBeside()
        with Watched(beside.process) as watched:
            entered(place, act, fonds, table)
            beside.finish()
        bring_up_to_date()
    return spent, watched.most


def small(place: Path, act: Any, fonds: Any, first: int) -> Spent:
    """A small import, indexed afterwards in this process."""
    from lantai.access.search.followers import bring_up_to_date

    table = written(place, first, SMALL)
    spent = Spent()
    with measured(spent):
        entered(place, act, fonds, table)
        bring_up_to_date()
    return spent


def middle(place: Path, act: Any, fonds: Any, first: int) -> tuple[float, float]:
    """Seconds of the processor of the middle one of three small imports, and of a yardstick beside.

    The processor is slower while others use it; making the same entries tells by how much.
    """
    spent, yardsticks = [], []
    for n in range(3):
        yardstick = Spent()
        with measured(yardstick):
            for _row in entries(SMALL, 0):
                pass
        yardsticks.append(yardstick.cpu)
        spent.append(small(place, act, fonds, first + n * SMALL).cpu)
    return median(spent), median(yardsticks)


def entered(place: Path, act: Any, fonds: Any, table: Path) -> None:
    """The import itself."""
    from lantai.resources.importing.run import run_import

    figures = run_import(act, path=table, fonds=fonds, refused_path=place / "refused.csv")
    assert figures.created == figures.read, figures
    table.unlink()


def written(place: Path, first: int, count: int) -> Path:
    """The entries from a number on, as a table."""
    table = place / "made.csv"
    with table.open("w", encoding="utf-8", newline="") as stream:
        write_csv(stream, count, first)
    return table


def sizes(place: Path, rows: int) -> str:
    """Bytes a row of each part, and how much room is left."""
    data = place / "data"
    parts = {
        "database": [data / "lantai.db"],
        "ledger": list(data.glob("storage/ledger/*")),
        "index": [path for path in data.glob("index/**/*") if path.is_file()],
    }
    told = [
        f"{name} {sum(path.stat().st_size for path in files if path.exists()) / rows:.0f}"
        for name, files in parts.items()
    ]
    free = shutil.disk_usage(place).free // 10**9
    journal = data / "lantai.db-wal"  # written back again and again: as large at any size
    waiting = journal.stat().st_size // 10**6 if journal.exists() else 0
    return f"{', '.join(told)} bytes a row, journal {waiting} MB, {free} GB free"


if __name__ == "__main__":
    main()
