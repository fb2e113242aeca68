"""What a row costs as the catalogue grows: a large import in steps, a small one before and after.

``python -m benchmarks.growing --rows 1000000 --step 100000`` imports a step after the other into one
catalogue, as `lantai import` does it (a second process indexes meanwhile), and tells of each what a
row took, how large the files have grown and how much memory both processes held. What is given at
the end is the cost of a small import into the full catalogue by that into the empty one: of rows in
no order at all, as they are made, and of an accession as a unit hands it over, one year's rows in the
order of their codes; and what it takes to open the page of a record, of a hundred drawn by chance.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, median, quantile
from benchmarks.importing import Spent, measured, say
from benchmarks.installation import archives_and_fonds, installation
from benchmarks.resident import Resident, Watched, resident
from benchmarks.search.generated import entries, write_csv

SMALL = 5_000
YEAR = 1998  # of the accessions
PAGES = 100  # opened
Made = Callable[[int, int], Iterator[tuple[str, ...]]]  # so many rows from a number on


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--step", type=int, default=30_000)
    options = parser.parse_args()
    with installation() as (place, act):
        holder, fonds = archives_and_fonds(act)
        reader, _person = archivist(act, holder)
        small(place, act, fonds, written(place, 0, SMALL))  # after it what is read once is read
        first, done = {}, SMALL
        for name, made in KINDS.items():
            first[name] = middle(place, act, fonds, made, done)
            done += 3 * SMALL
        few = opened(reader)
        while done < options.rows:
            count = min(options.step, options.rows - done)
            spent, beside = step(place, act, fonds, done, count)
            done += count
            say(
                f"{done:,}: {spent.cpu / count * 1e6:.0f} us of CPU a row, "
                f"{spent.wall / count * 1e6:.0f} us by the clock; {sizes(place, done)}; "
                f"here {resident()}; beside at most {beside}; load {os.getloadavg()[0]:.1f}"
            )
        opened_now(done, few, opened(reader))
        for name, made in KINDS.items():
            told(name, done, first[name], middle(place, act, fonds, made, done))
            done += 3 * SMALL


def told(name: str, rows: int, first: tuple[float, float], last: tuple[float, float]) -> None:
    """A small import into the full catalogue beside that into the empty one, by the yardstick."""
    say(f"a yardstick took {first[1]:.3f} s then and {last[1]:.3f} s now; the figure is by it")
    say(f"{SMALL:,} rows, {name}: {first[0]:.2f} s of CPU into the empty, {last[0]:.2f} s now")
    Figure(
        f"{SMALL} rows ({name}) imported into a catalogue of {rows}",
        last[0] / SMALL * 1e6 / (last[1] / first[1]),
        "us of CPU a row",
        "the same into an empty one",
        first[0] / SMALL * 1e6,
        more_is_better=False,
        target=0.8,
    ).tell()


def archivist(act: Any, holder: Any) -> tuple[Any, Any]:
    """A browser at which an archivist is signed in, and the archivist."""
    from django.test import Client

    from lantai.foundation.accounts.models import Person
    from lantai.foundation.accounts.operations import assign_role, create_person

    person = Person.objects.filter(username="reader").first()
    if person is None:
        person = create_person(act, username="reader", name="基准员")
        assign_role(act, person=person, institution=holder, role="archivist")
    reader = Client(SERVER_NAME="127.0.0.1")
    reader.force_login(person)
    return reader, person


def opened(reader: Any) -> list[float]:
    """Milliseconds by the clock that the pages of records drawn by chance take to be made."""
    from lantai.catalogue.records.models import Record

    newest = Record.objects.order_by("-pk").values_list("pk", flat=True)[0]
    drawn = random.Random(7).choices(range(1, newest + 1), k=PAGES)
    uids = Record.objects.filter(pk__in=drawn).values_list("uid", flat=True)
    took = []
    for uid in [*uids[:3], *uids]:
        began = time.perf_counter()
        answer = reader.get(f"/records/{uid}/")
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer
    return took[3:]


def opened_now(rows: int, few: list[float], many: list[float]) -> None:
    """The page of a record in the full catalogue beside that in the nearly empty one."""
    for name, part in (("p50", 0.5), ("p95", 0.95)):
        Figure(
            f"record page of a catalogue of {rows}, made in process, {name}",
            quantile(many, part), "ms", "of one nearly empty", quantile(few, part),
            more_is_better=False, note="asked: at most 50 ms",
        ).tell()  # fmt: skip


def accession(count: int, first: int) -> Iterator[tuple[str, ...]]:
    """The same entries as one unit hands over those of a year: codes and days in their order."""
    for place, row in enumerate(entries(count, first)):
        day = date(YEAR, 1, 1) + timedelta(days=place * 365 // count)
        code = f"J001-WS·{YEAR}-Y-{first + place:08}"
        yield (row[0], code, *row[2:5], f"{day:%Y%m%d}", str(YEAR), row[7], "WS", row[9])


KINDS: dict[str, Made] = {"in no order": entries, "an accession": accession}


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


def small(place: Path, act: Any, fonds: Any, table: Path) -> Spent:
    """A small import, indexed afterwards in this process."""
    from lantai.access.search.followers import bring_up_to_date

    spent = Spent()
    with measured(spent):
        entered(place, act, fonds, table)
        bring_up_to_date()
    return spent


def middle(place: Path, act: Any, fonds: Any, made: Made, first: int) -> tuple[float, float]:
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
        table = written(place, first + n * SMALL, SMALL, made)
        spent.append(small(place, act, fonds, table).cpu)
    return median(spent), median(yardsticks)


def entered(place: Path, act: Any, fonds: Any, table: Path) -> None:
    """The import itself."""
    from lantai.resources.importing.run import run_import

    figures = run_import(act, path=table, fonds=fonds, refused_path=place / "refused.csv")
    assert figures.created == figures.read, figures
    table.unlink()


def written(place: Path, first: int, count: int, made: Made = entries) -> Path:
    """The entries from a number on, as a table."""
    table = place / "made.csv"
    with table.open("w", encoding="utf-8", newline="") as stream:
        write_csv(stream, made(count, first))
    return table


def sizes(place: Path, rows: int) -> str:
    """Bytes a row of each part, and how much room is left."""
    data = place / "data"
    parts = {
        "ledger": list(data.glob("storage/ledger/*")),
        "index": [path for path in data.glob("index/**/*") if path.is_file()],
    }
    told = [
        f"{name} {sum(path.stat().st_size for path in files if path.exists()) / rows:.0f}"
        for name, files in parts.items()
    ]
    told.insert(0, f"database {database_size(data) / rows:.0f}")
    free = shutil.disk_usage(place).free // 10**9
    journal = data / "lantai.db-wal"  # written back again and again: as large at any size
    waiting = journal.stat().st_size // 10**6 if journal.exists() else 0
    return f"{', '.join(told)} bytes a row, journal {waiting} MB, {free} GB free"


def database_size(data: Path) -> int:
    """Bytes of the database, without its journal."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    return (data / "lantai.db").stat().st_size


if __name__ == "__main__":
    main()
