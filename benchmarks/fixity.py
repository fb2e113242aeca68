"""Bytes a second of a fixity audit of large files, files a second of one of small files, beside a
bare digest tool reading the same files.

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
import shutil
import time
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure
from benchmarks.installation import archives_and_fonds, installation

BLOCK = 1 << 20
ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=24)
    parser.add_argument("--megabytes", type=int, default=8)
    parser.add_argument("--small", type=int, default=1_500, help="small files, 2 kB each")
    options = parser.parse_args()
    with installation() as (folder, act):
        holder, fonds = archives_and_fonds(act)
        top = folder / "data" / "storage" / "ocfl"
        for name, files, megabytes in (
            ("large", options.files, options.megabytes),
            ("small", options.small, 0),
        ):
            if not files:
                continue
            sources = make_files(folder / name, files, megabytes)
            store(act, holder, fonds, name, sources)
            told = f"{files:,} files of {f'{megabytes} MiB' if megabytes else '2 kB'}"
            compare(act, top, told, "MB/s" if megabytes else "files/s")
            for each in list(top.glob("???")):  # folders of the layout
                shutil.rmtree(each)  # the next measure is of its own files alone
            forget()


def store(act: Any, holder: Any, fonds: Any, accession: str, sources: list[Path]) -> None:
    """An object a file, registered."""
    from lantai.preservation.depositing.items import DepositFile, DepositItem
    from lantai.preservation.depositing.operations import register_deposit
    from lantai.preservation.depositing.storing import store_items

    items = [
        DepositItem(f"b{n}", {"title": f"件{n}"}, files=[DepositFile(path, path.name)])
        for n, path in enumerate(sources)
    ]
    stored = store_items(holder=holder, accession=accession, items=items)
    register_deposit(act, fonds=fonds, accession=accession, stored=stored)


def forget() -> None:
    """Let the rows of what was thrown away go, or the audit would rightly miss it."""
    from lantai.catalogue.records.models import Component, PageText, Record
    from lantai.preservation.replication.models import ObjectCopy, PreservedObject

    for model in (ObjectCopy, PreservedObject, PageText, Component, Record):
        model.objects.all().delete()


def compare(act: Any, top: Path, told: str, unit: str) -> None:
    """The audit beside both bare tools, the best of three, turn about."""
    from lantai.preservation.fixity_audit.running import run_audit

    ours, plain, threads = [], [], []
    run_audit(act)  # seals the objects, warms what there is to warm
    for _ in range(ROUNDS):
        started = time.perf_counter()
        run = run_audit(act, fresh=True)
        ours.append(time.perf_counter() - started)
        if run.faults:
            raise SystemExit("the audit found faults")
        plain.append(plain_loop(top))
        threads.append(with_threads(top))
    done = run.bytes / 1e6 if unit == "MB/s" else run.files
    for peer, seconds in (
        ("bare loop, both digests", plain),
        (f"bare digests, {os.cpu_count()} threads", threads),
    ):
        Figure(
            "fixity audit", done / min(ours), unit, peer, done / min(seconds), target=0.9,
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
    """Seconds of one thread that reads each file once and feeds two digests."""
    started = time.perf_counter()
    for path in sorted(p for p in top.rglob("*") if p.is_file()):
        hashers = hashlib.new("sha512"), hashlib.new("sm3")
        with path.open("rb", buffering=0) as stream:
            while block := stream.read(BLOCK):
                for hasher in hashers:
                    hasher.update(block)
        for hasher in hashers:
            hasher.hexdigest()
    return time.perf_counter() - started


def with_threads(top: Path) -> float:
    """The same with a file a thread."""
    from lantai.core.fixity import digest_many

    started = time.perf_counter()
    for path, found in digest_many(sorted(p for p in top.rglob("*") if p.is_file())):
        if isinstance(found, OSError):
            raise SystemExit(f"not read: {path}")
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
