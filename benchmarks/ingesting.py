"""Files a second of ingest beside reading, hashing and copying the same files once.

Ours goes the whole way: the checks, two digests, identification, text, OCFL objects read back
and synced, the catalogue and the ledger. The limit reads each file once, works out the same two
digests and writes and syncs a copy.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.installation import archives_and_fonds, installation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1_000)
    options = parser.parse_args()
    with installation() as (folder, act):
        from lantai.preservation.ingesting.ingest import ingest_path

        holder, fonds = archives_and_fonds(act)
        source = make_files(folder / "papers", options.files)
        limit = hash_and_copy(source, folder / "copy")
        started = time.perf_counter()
        line = ingest_path(act, source, holder=holder, fonds=fonds.code)
        seconds = time.perf_counter() - started
        if line["records"] != options.files:
            raise SystemExit(
                f"ingest took in {line['records']} of {options.files}: {line['verdict']}"
            )
        Figure(
            f"ingest of {options.files} small files",
            options.files / seconds,
            "files/s",
            "hash, copy and sync once",
            options.files / limit,
            note="target of DESIGN §7: 200 files/s",
        ).tell()


def make_files(folder: Path, count: int) -> Path:
    """Small texts of 1 to 4 kB, each different."""
    rng = random.Random(20261122)
    words = "云溪县民政局关于救灾款发放的通知请各乡镇按期办理并将结果报县局备案".strip()
    folder.mkdir()
    for n in range(count):
        body = "".join(rng.choices(words, k=rng.randint(350, 1_300)))
        (folder / f"通知{n:05d}.txt").write_text(f"第{n}号\n{body}\n", encoding="utf-8")
    return folder


def hash_and_copy(source: Path, target: Path) -> float:
    """Seconds to read each file once, work out both digests, write a copy and sync it."""
    from lantai.core.fixity import digest_file

    target.mkdir()
    started = time.perf_counter()
    for path in sorted(source.iterdir()):
        digest_file(path)
        with (target / path.name).open("wb") as stream:
            stream.write(path.read_bytes())
            stream.flush()
            os.fsync(stream.fileno())
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
