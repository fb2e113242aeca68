"""Memory and pace of a package with very many files, beside bagit-python on the same bag.

A bag of ``--files`` tiny texts, a thousand a folder, with SHA-512 and SHA-256 manifests is validated,
checked (four properties) and taken in by the commands, each a process of its own; so is a smaller
one, a tenth or ten thousand files. Flat memory is a ratio near 1 between the two. On the way the
memory of the process and of its helpers is told at 1, 10, 50 and 100 %.

``--files 1000000 --place DIR --work validate --work check`` is the full measure: 5 GB and 1.1 million
inodes. What is taken in of a bag is an object a file, 65 KiB and 17 inodes each:
``--files 200000 --work ingest`` needs 14 GB.

With ``--each 20`` it is a transfer package of records of twenty files, with metadata, catalogue and
manifests, as a unit sends it: ``--files 1000000 --each 20 --work check --work ingest`` is a million
files in one package through the whole of an ingest, 10 GB and 3 million inodes.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.place import a_place
from benchmarks.transfers import make_transfer
from benchmarks.watching import Run, run

FOLDER = 1_000
SMALLER = 10_000  # files of the bag that a larger one is compared with, or a tenth
FLAT = 0.8  # a tenfold package may take a quarter more memory, no more
WORKS = ("validate", "check", "ingest")
BAGIT = "import sys, bagit; bagit.Bag(sys.argv[1]).validate()"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--each", type=int, default=0, help="files a record: a transfer package")
    parser.add_argument("--place", type=Path, help="a folder on the disk to be used")
    parser.add_argument("--keep", action="store_true", help="leave the bags there")
    parser.add_argument("--work", choices=WORKS, action="append", default=[])
    options = parser.parse_args()
    sizes = (min(options.files // 10, SMALLER), options.files)
    with a_place(options.place, "bag*", "transfer*", "data-*", keep=options.keep) as place:
        if options.each:
            made = {n: make_transfer(place / f"transfer{n}", n, options.each) for n in sizes}
        else:
            made = {n: make_bag(place / f"bag{n}", n) for n in sizes}
        for work in options.work or WORKS:
            if not options.each or work != "validate":
                tell(work, made, place)


def tell(work: str, bags: dict[int, Path], place: Path) -> None:
    """A command on the small and on the large package; validation of bags beside its peer."""
    ours = {size: run(command(work, bag, place), place) for size, bag in bags.items()}
    few, many = sorted(bags)
    Figure(
        f"memory to {work} a package of {many:,} files", ours[many].megabytes, "MB",
        f"the same of {few:,}", ours[few].megabytes, more_is_better=False, target=FLAT,
        note=told(ours[many], many),
    ).tell()  # fmt: skip
    if work != "validate":
        return
    theirs = run([sys.executable, "-c", BAGIT, str(bags[many])], place)
    for what, unit, mine, its, more in (
        ("rate", "files/s", many / ours[many].seconds, many / theirs.seconds, True),
        ("memory", "MB", ours[many].megabytes, theirs.megabytes, False),
    ):
        Figure(
            f"{what} of validating a bag of {many:,} files", mine, unit, "bagit-python", its,
            more_is_better=more,
        ).tell()  # fmt: skip


def told(done: Run, files: int) -> str:
    """Its time and pace, and its memory on the way with that of its helpers."""
    way = ", ".join(f"{at} % {own:.0f}+{helpers:.0f}" for at, own, helpers in done.way)
    pace = f"{done.seconds:,.0f} s, {files / done.seconds:,.0f} files/s"
    return f"{pace}; MB with helpers on the way: {way}" if way else pace


def command(work: str, bag: Path, place: Path) -> list[str]:
    """The command line that does it."""
    data = place / f"data-{bag.name}"
    shutil.rmtree(data, ignore_errors=True)
    words = {
        "validate": ["bag", "validate", str(bag)],
        "check": ["check", str(bag)],
        "ingest": ["ingest", "--data", str(data), str(bag)],
    }
    return [sys.executable, "-m", "lantai.cli.main", *words[work]]


def make_bag(bag: Path, count: int) -> Path:
    """A bag with two manifests; one that is there already is taken as it is."""
    if (bag / "bagit.txt").exists():
        return bag
    (bag / "data").mkdir(parents=True)
    size = 0
    with (
        (bag / "manifest-sha512.txt").open("w") as long,
        (bag / "manifest-sha256.txt").open("w") as short,
    ):
        for number in range(count):
            folder = f"data/{number // FOLDER:05d}"
            if number % FOLDER == 0:
                (bag / folder).mkdir()
            name, data = f"{folder}/{number % FOLDER:04d}.txt", f"第 {number} 号\n".encode()
            (bag / name).write_bytes(data)
            size += len(data)
            long.write(f"{hashlib.sha512(data).hexdigest()}  {name}\n")
            short.write(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
    (bag / "bag-info.txt").write_text(f"Payload-Oxum: {size}.{count}\n")
    (bag / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    return bag


if __name__ == "__main__":
    main()
