"""One catalogue as large as the nation's, filled as `lantai import` fills it, and then used.

``python -m benchmarks.nation FOLDER --rows 80000000`` enters accessions of 50,000 rows, each one
unit's of one year in the order of their codes, two million rows to an archives; a process beside
indexes meanwhile. Of each million it tells what a row took and how large the files have grown, and
it ends sooner when the disk has less than ``--spare`` gigabytes left. Titles come of a million made
entries and return: this is to learn what a catalogue of that size costs, not how well words are told
apart. Sealed segments of the ledger are counted and taken away, as an archives carries them to its
other store; nothing here reads them.

What people do at it, and what it takes them, `benchmarks.using` asks.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import os
import shutil
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.growing import sizes
from benchmarks.importing import say
from benchmarks.installation import installed
from benchmarks.resident import resident
from benchmarks.search.generated import COLUMNS, entries

STEP, ACCESSION = 1_000_000, 50_000  # rows
OF_ONE_ARCHIVES = 2 * STEP
FAR_BEHIND = STEP  # rows the index may be behind when the next table is begun
DIFFERENT = 1_000_000  # made entries, whose titles return
CLASSES, TERMS = ("WS", "WS", "KJ", "ZY"), ("Y", "D30", "D10")
TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=80_000_000)
    parser.add_argument("--spare", type=float, default=4.0, help="gigabytes left free")
    options = parser.parse_args()
    fill(options.folder, installed(options.folder), options.rows, options.spare)


def fill(folder: Path, act: Any, rows: int, spare: float) -> None:
    """Table after table, until there are so many rows or so little room."""
    from lantai.access.search.following_beside import FollowingBeside
    from lantai.resources.importing.run import run_import

    context = multiprocessing.get_context("spawn")
    made: Any = context.Queue(1)
    maker = context.Process(target=make_tables, args=(folder, rows, made), daemon=True)
    maker.start()
    carried = done = 0
    begun, beside = time.perf_counter(), FollowingBeside()
    while (table := made.get()) is not None and shutil.disk_usage(folder).free > spare * 1e9:
        first, here, there = time.perf_counter(), cpu_of("self"), cpu_of(beside.process)
        fonds = fonds_of(act, done)
        figures = run_import(act, path=table, fonds=fonds, refused_path=folder / "refused.csv")
        assert figures.created == figures.read, figures
        table.unlink()
        done += figures.created
        wall = time.perf_counter() - first
        waited = wait_for_the_index(FAR_BEHIND)
        carried += carry_away(folder)
        here, there = cpu_of("self") - here, cpu_of(beside.process) - there
        say(
            f"{done:,}: {figures.created / (wall + waited):,.0f} rows/s ({waited:.0f} s waited for the "
            f"index); {here / figures.created * 1e6:.0f} us of CPU a row here and "
            f"{there / figures.created * 1e6:.0f} beside; {sizes(folder, done)}; carried away "
            f"{carried / done:.0f}; here {resident()}; beside {resident(beside.process)}"
        )
    maker.kill()
    beside.finish()
    took = time.perf_counter() - begun
    say(f"{done:,} rows, all found, after {took:,.0f} s: {done / took:,.0f} rows/s")


def fonds_of(act: Any, done: int) -> Any:
    """The fonds that takes the next rows, of the archives whose turn it is."""
    from lantai.catalogue.fonds.models import Fonds
    from lantai.catalogue.fonds.operations import register_fonds
    from lantai.foundation.institutions.operations import register_institution

    number = done // OF_ONE_ARCHIVES + 1
    code = f"N{number:03}"
    found = Fonds.objects.filter(holder__code=code, code="Z001").select_related("holder").first()
    if found:
        return found
    holder = register_institution(act, code=code, name=f"第{number}档案馆", kind="archives")
    return register_fonds(act, holder=holder, code="Z001", name=f"第{number}全宗")


def wait_for_the_index(behind: int) -> float:
    """Until it is so near; seconds."""
    from lantai.foundation.changes.following import backlog

    begun = time.perf_counter()
    while backlog().get("index", 0) > behind:
        time.sleep(0.5)
    return time.perf_counter() - begun


def carry_away(folder: Path) -> int:
    """Sealed segments; their bytes."""
    taken = 0
    for seal in folder.glob("data/storage/ledger/segment-*.seal.json"):
        segment = seal.with_name(seal.name.replace(".seal.json", ".jsonl"))
        if segment.exists():
            taken += segment.stat().st_size
            segment.unlink()
    return taken


def make_tables(folder: Path, rows: int, made: Any) -> None:
    """Each as a file, one ahead of the import."""
    base = list(entries(min(rows, DIFFERENT)))
    for first in range(0, rows, STEP):
        path = folder / f"made-{first // STEP:03}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(COLUMNS)
            for start in range(first, min(first + STEP, rows), ACCESSION):
                writer.writerows(accession(base, start, min(ACCESSION, rows - start)))
        made.put(path)
    made.put(None)


def accession(base: list[tuple[str, ...]], first: int, count: int) -> Iterator[tuple[str, ...]]:
    """One unit's entries of one year in the order of their codes."""
    year, kind, term = _accession(first // ACCESSION)
    begun = date(year, 1, 1)
    days = [f"{begun + timedelta(days=n):%Y%m%d}" for n in range(365)]
    for place in range(count):
        one = base[(first + place) % len(base)]
        yield (
            f"n{first + place}", code_of(first + place), *one[2:5], days[place * 365 // count],
            str(year), term, kind, one[9],
        )  # fmt: skip


def code_of(row: int) -> str:
    """The reference code of a row."""
    number, place = divmod(row, ACCESSION)
    year, kind, term = _accession(number)
    return f"J{number * 7 % 97:03}-{kind}·{year}-{term}-{number:04}{place:05}"


def _accession(number: int) -> tuple[int, str, str]:
    return 1949 + number * 31 % 75, CLASSES[number % 4], TERMS[number % 3]


def cpu_of(process: int | str) -> float:
    """Seconds of the processor a process has used."""
    told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / TICK


if __name__ == "__main__":
    main()
