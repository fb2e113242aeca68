"""Files a second of ingest, and MB/s of large files, beside limits and peers on the same files.

Ours goes the whole way: the checks, two digests, identification, text, OCFL objects read back
and synced, the catalogue and the ledger. The peers each do a part of it: bagit-python makes a bag
of a copy and validates it; ocfl-py makes an object a file and validates it; siegfried only names
formats. The limit of small files reads each once, works out the two digests and writes and syncs
a copy; that of large ones only reads and works out the two digests, a thread for each.

Small files are office papers of four kinds; the first of them warm up whatever starts once.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import time
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure
from benchmarks.installation import archives_and_fonds, installation
from benchmarks.papers import make_papers
from benchmarks.peers import bagit_python, hash_and_copy, ocfl_py, read_and_hash, siegfried

BLOCK = 8 << 20
WARM = 48


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--large", type=int, default=4, help="how many large files")
    parser.add_argument("--megabytes", type=int, default=256, help="of each large file")
    options = parser.parse_args()
    with installation() as (folder, act):
        holder, fonds = archives_and_fonds(act)
        ours = Ours(act, holder, fonds.code)
        ours.ingest(make_papers(folder / "warm", WARM), WARM)
        if options.files:
            small(ours, folder, options.files)
        if options.large:
            large(ours, folder, options.large, options.megabytes)


class Ours:
    """The whole way, as `lantai ingest` goes it."""

    def __init__(self, act: Any, holder: Any, fonds: str) -> None:
        self.act, self.holder, self.fonds = act, holder, fonds

    def ingest(self, source: Path, count: int) -> tuple[float, float]:
        """Wall seconds and CPU seconds, those of the helping processes too."""
        from lantai.core.formats import sandbox
        from lantai.preservation.ingesting.ingest import ingest_path

        wall, cpu = time.perf_counter(), _cpu()
        line = ingest_path(self.act, source, holder=self.holder, fonds=self.fonds)
        wall = time.perf_counter() - wall
        for box in sandbox._sandbox:
            box.close()  # so that its workers' time is counted
        if line["records"] != count:
            raise SystemExit(f"ingest took in {line['records']} of {count}: {line['verdict']}")
        return wall, _cpu() - cpu


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def small(ours: Ours, folder: Path, count: int) -> None:
    """Many small files."""
    source = make_papers(folder / "papers", count)
    limit = hash_and_copy(source, folder / "copy")
    wall, cpu = ours.ingest(source, count)
    peers = {
        "hash, copy and sync once": limit,
        "bagit-python: copy, make bag, validate": bagit_python(source, folder / "bag"),
        "ocfl-py: create and validate": ocfl_py(source, folder / "objects"),
        "siegfried: identify only": siegfried(source),
    }
    note = f"{cpu * 1000 / count:.1f} ms CPU a file; target of DESIGN §7: 200 files/s on 2 cores"
    for peer, seconds in peers.items():
        Figure(
            f"ingest of {count:,} small files", count / wall, "files/s", peer, count / seconds,
            note=note,
        ).tell()  # fmt: skip
    for name in ("copy", "bag", "objects"):
        shutil.rmtree(folder / name)


def large(ours: Ours, folder: Path, count: int, megabytes: int) -> None:
    """Large files: each read once, written once, and the copy read back once."""
    source = folder / "large"
    source.mkdir()
    for number in range(count):
        with (source / f"录像{number}.bin").open("wb") as out:
            for _ in range((megabytes << 20) // BLOCK):
                out.write(os.urandom(BLOCK))
    size = count * megabytes * 1.048576
    limit = read_and_hash(source)
    wall, cpu = ours.ingest(source, count)
    limit = min(limit, read_and_hash(source))
    for peer, seconds, target in (
        ("read and hash once", limit, 0.8),
        ("bagit-python: copy, make bag, validate", bagit_python(source, folder / "bag"), None),
        ("ocfl-py: create and validate", ocfl_py(source, folder / "objects"), None),
    ):
        Figure(
            f"ingest of {count} files of {megabytes} MiB", size / wall, "MB/s", peer,
            size / seconds, target=target,
            note=f"{cpu * 1000 / size:.1f} ms CPU a MB; the copy is read back besides",
        ).tell()  # fmt: skip


if __name__ == "__main__":
    main()
