"""What the peers do with the same files: seconds of each, in this very run."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path


def hash_and_copy(source: Path, target: Path) -> float:
    """The limit: read each file once, work out both digests, write a copy and sync it."""
    from lantai.core.fixity import digest_file

    target.mkdir()
    started = time.perf_counter()
    for path in sorted(source.iterdir()):
        digest_file(path)
        with (target / path.name).open("wb") as stream, path.open("rb") as reading:
            shutil.copyfileobj(reading, stream, 1 << 20)
            stream.flush()
            os.fsync(stream.fileno())
    return time.perf_counter() - started


def read_and_hash(source: Path) -> float:
    """Read each file once and work out both digests, a thread for each digest when large."""
    from lantai.core.fixity import digest_file

    started = time.perf_counter()
    for path in sorted(source.iterdir()):
        digest_file(path)
    return time.perf_counter() - started


def bagit_python(source: Path, target: Path) -> float:
    """bagit-python: a copy made a bag with SHA-512 and SHA-256, then validated."""
    import bagit

    started = time.perf_counter()
    shutil.copytree(source, target)
    bagit.make_bag(str(target), checksums=["sha512", "sha256"])
    bagit.Bag(str(target)).validate()
    return time.perf_counter() - started


def ocfl_py(source: Path, target: Path) -> float:
    """ocfl-py: an object a file, then every object validated with its digests."""
    from ocfl import Object, VersionMetadata

    target.mkdir()
    started = time.perf_counter()
    for number, path in enumerate(sorted(source.iterdir())):
        given, kept = target / f"in{number}", target / f"object{number}"
        given.mkdir()
        shutil.copy(path, given)
        Object(identifier=f"urn:bench:{number}").create(
            srcdir=str(given), metadata=VersionMetadata(message="in"), objdir=str(kept)
        )
        passed, _ = Object().validate(str(kept))[:2]
        if not passed:
            raise SystemExit(f"ocfl-py does not call its own object valid: {kept}")
    return time.perf_counter() - started


def siegfried(source: Path) -> float:
    """siegfried 1.11 in process (pygfried): the format of each file, and nothing else."""
    import pygfried

    paths = [str(path) for path in sorted(source.iterdir())]
    pygfried.identify_many(paths[:1], workers=1)  # its signatures are read once
    started = time.perf_counter()
    found = pygfried.identify_many(paths, workers=os.cpu_count() or 1)["files"]
    if len(found) != len(paths):
        raise SystemExit("siegfried left files out")
    return time.perf_counter() - started
