"""Bytes a second of a fixity audit beside a bare digest tool reading the same files.

Ours goes the whole way: objects found, inventories read and proven, SHA-512 and SM3 of every
content file held against what was recorded, the run noted in the ledger. The bare tools only
read every file of the storage root and work out both digests: one as a plain loop, as a script
around ``sha512sum`` and an SM3 tool would; one with a thread a core. The best of three readings
each, turn about, so that both meet the same machine.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import time
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.installation import archives_and_fonds, installation

BLOCK = 1 << 20
ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=24)
    parser.add_argument("--megabytes", type=int, default=8)
    options = parser.parse_args()
    with installation() as (folder, act):
        from lantai.preservation.depositing.items import DepositFile, DepositItem
        from lantai.preservation.depositing.operations import register_deposit
        from lantai.preservation.depositing.storing import store_items
        from lantai.preservation.fixity_audit.running import run_audit

        holder, fonds = archives_and_fonds(act)
        items = [
            DepositItem(f"b{n}", {"title": f"件{n}"}, files=[DepositFile(path, path.name)])
            for n, path in enumerate(make_files(folder / "in", options.files, options.megabytes))
        ]
        stored = store_items(holder=holder, accession="B", items=items)
        register_deposit(act, fonds=fonds, accession="B", stored=stored)
        top = folder / "data" / "storage" / "ocfl"
        ours, plain, threads = [], [], []
        run_audit(act)  # seals the objects, warms what there is to warm
        for _ in range(ROUNDS):
            started = time.perf_counter()
            run = run_audit(act, fresh=True)
            ours.append(run.bytes / (time.perf_counter() - started))
            if run.faults:
                raise SystemExit("the audit found faults")
            plain.append(plain_loop(top))
            threads.append(with_threads(top))
        told = f"{options.files} files of {options.megabytes} MiB"
        for peer, rates, target in (
            ("bare loop, both digests", plain, 0.9),
            (f"bare digests, {os.cpu_count()} threads", threads, 0.9),
        ):
            Figure(
                "fixity audit", max(ours) / 1e6, "MB/s", peer, max(rates) / 1e6, target=target,
                note=told,
            ).tell()  # fmt: skip


def make_files(folder: Path, count: int, megabytes: int) -> list[Path]:
    """Files that do not compress and are all different."""
    folder.mkdir()
    paths = []
    for n in range(count):
        path = folder / f"b{n:04d}.bin"
        path.write_bytes(os.urandom((megabytes << 20) or 2_000))
        paths.append(path)
    return paths


def plain_loop(top: Path) -> float:
    """Bytes a second of one thread that reads each file once and feeds two digests."""
    size, started = 0, time.perf_counter()
    for path in sorted(p for p in top.rglob("*") if p.is_file()):
        hashers = hashlib.new("sha512"), hashlib.new("sm3")
        with path.open("rb", buffering=0) as stream:
            while block := stream.read(BLOCK):
                size += len(block)
                for hasher in hashers:
                    hasher.update(block)
        for hasher in hashers:
            hasher.hexdigest()
    return size / (time.perf_counter() - started)


def with_threads(top: Path) -> float:
    """The same with a file a thread."""
    from lantai.core.fixity import digest_many

    size, started = 0, time.perf_counter()
    for _, found in digest_many(sorted(p for p in top.rglob("*") if p.is_file())):
        size += found.size  # type: ignore[union-attr]
    return size / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
