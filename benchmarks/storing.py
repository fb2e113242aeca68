"""Store time of the millionth object beside the thousandth, and what a walk over all of them holds.

Two storage roots on one disk, one with a thousand objects and one with ``--objects``; small
objects are stored turn about in both, one at a time (each durable by itself) and in batches as
an ingest does, so that both meet the same machine. Then processes of their own list, judge and
compare the large root, and say the most memory they had. What fills the roots is valid and
tiny, with names spread as those of real objects are.

``--objects 1000000 --place DIR`` on an empty file system is the full measure: 5 inodes and some
13 KiB an object.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.figure import Figure, median
from benchmarks.place import a_place
from lantai.core.ocfl.inventory import (
    INVENTORY,
    OBJECT_MARK,
    SIDECAR,
    Inventory,
    User,
    Version,
    sidecar_bytes,
)
from lantai.core.ocfl.requests import NewObject
from lantai.core.ocfl.root import OcflRoot
from lantai.core.ocfl.staging import NewFile
from lantai.core.small_files import write_new
from lantai.engines.storage.folder import FolderStorage

THOUSAND = 1_000
SINGLES, BATCHES, BATCH = 200, 20, 100
SPREAD = 0.8  # "within 20 %"
WALKS = ("list", "judge", "compare")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=30_000)
    parser.add_argument("--place", type=Path, help="an empty folder on the disk to be measured")
    parser.add_argument("--keep", action="store_true", help="leave the filled roots there")
    parser.add_argument("--walk", choices=WALKS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.walk:
        walk(options.walk, options.place)
        return
    with a_place(options.place, "few", "many", keep=options.keep) as place:
        few, many = root_at(place / "few"), root_at(place / "many")
        fill(few, place / "few", THOUSAND)
        fill(many, place / "many", options.objects)
        compare_stores(few, many, options.objects)
        for kind in WALKS:
            tell_memory(kind, place, options.objects)


def root_at(place: Path) -> OcflRoot:
    """A storage root in a folder."""
    return OcflRoot(FolderStorage(place / "ocfl"))


def object_id(number: int) -> str:
    """As a deposited record's object is called."""
    return f"urn:lantai:BM:{uuid.uuid5(uuid.NAMESPACE_URL, str(number))}"


def fill(root: OcflRoot, place: Path, count: int) -> None:
    """Valid objects without content until there are so many; what is there stays."""
    done = place / "filled"
    first = int(done.read_text()) if done.exists() else 0
    user = User("benchmark", "urn:lantai:BM")
    version = Version(datetime(2026, 11, 22, tzinfo=UTC), "filled", user, {})
    like = Inventory("ID", "v1", {}, {"v1": version}).to_bytes()
    declaration = OBJECT_MARK[2:].encode() + b"\n"
    for number in range(first, count):
        name = object_id(number)
        folder = f"{place}/ocfl/{root.path_of(name)}"
        try:
            os.makedirs(f"{folder}/v1")  # noqa: PTH103
        except FileExistsError:
            continue
        data = like.replace(b'"ID"', f'"{name}"'.encode(), 1)
        write_new(f"{folder}/{INVENTORY}", data)
        write_new(f"{folder}/{SIDECAR}", sidecar_bytes(data))
        write_new(f"{folder}/{OBJECT_MARK}", declaration)
        if number % 10_000 == 9_999:
            done.write_text(str(number + 1))
            print(f"{number + 1} filled", file=sys.stderr)
    done.write_text(str(max(first, count)))


def compare_stores(few: OcflRoot, many: OcflRoot, count: int) -> None:
    """One at a time and a batch at a time, turn about."""
    for what, rounds, size in (("one at a time", SINGLES, 1), (f"by {BATCH}", BATCHES, BATCH)):
        walls: dict[str, list[float]] = {"few": [], "many": []}
        work: dict[str, list[float]] = {"few": [], "many": []}
        for number in range(rounds):
            pairs = [("few", few), ("many", many)]
            for name, root in pairs if number % 2 else pairs[::-1]:
                wall, cpu = timed(partial(store, root, size))
                walls[name].append(wall / size)
                work[name].append(cpu / size)
        for unit, times in (("ms", walls), ("ms CPU", work)):
            Figure(
                f"store an object, {what}, after {count:,}", median(times["many"]) * 1000, unit,
                f"the same after {THOUSAND:,}", median(times["few"]) * 1000,
                more_is_better=False, target=SPREAD, note=f"median of {rounds}, turn about",
            ).tell()  # fmt: skip


def timed(action: Callable[[], None]) -> tuple[float, float]:
    """Wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - wall, time.process_time() - cpu


def store(root: OcflRoot, size: int) -> None:
    """New objects of 2 kB each; every one must be there at the end."""
    user, created = User("benchmark", "urn:lantai:BM"), datetime.now(UTC)
    wanted = [
        NewObject(
            f"urn:lantai:BM:{uuid.uuid4()}",
            [NewFile("content/通知.txt", os.urandom(2_000))],
            "store",
            user,
            created,
        )
        for _ in range(size)
    ]
    for outcome in root.create_many(wanted):
        if outcome.version is None:
            raise SystemExit(f"not stored: {outcome.problem}")


def tell_memory(kind: str, place: Path, count: int) -> None:
    """The most memory of a walk over the large root, beside the same over the small one."""
    most = []
    for name in ("few", "many"):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.storing", "--walk", kind, "--place", place / name],
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        seen, megabytes, seconds = done.stdout.split()
        most.append(float(megabytes))
    Figure(
        f"memory to {kind} {count:,} objects", most[1], "MB", f"the same of {THOUSAND:,}", most[0],
        more_is_better=False, target=SPREAD, note=f"{seen} met in {float(seconds):,.0f} s",
    ).tell()  # fmt: skip


def walk(kind: str, place: Path) -> None:
    """In a process of its own: how many were met, the most megabytes held, seconds."""
    import resource

    started = time.perf_counter()
    if kind == "judge":
        from lantai.core.ocfl.validator import validate_root

        report = validate_root(place / "ocfl")
        if not report.valid:
            raise SystemExit(f"not valid: {report.errors[:3]}")
        seen = report.objects
    else:
        root = root_at(place)
        found = root.object_paths() if kind == "list" else root.object_ids()
        seen = sum(1 for _ in found)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(seen, most, time.perf_counter() - started)


if __name__ == "__main__":
    main()
