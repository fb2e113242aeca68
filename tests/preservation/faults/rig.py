"""What the tests of faults share: an installation, the failing disk, small file systems."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.installation import ROOT, Lantai

HERE = Path(__file__).resolve().parent


@functools.cache
def failing_disk() -> Path:
    """The shim, compiled; the test is skipped where there is no C compiler."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("needs Linux and a C compiler")
    target = Path(tempfile.mkdtemp(prefix="lantai-shim-")) / "failing_disk.so"
    subprocess.run(
        [
            compiler,
            "-shared",
            "-fPIC",
            "-O1",
            "-o",
            str(target),
            str(HERE / "failing_disk.c"),
            "-ldl",
        ],
        check=True,
    )
    return target


@functools.cache
def _prepared() -> Path:
    """A data folder made once; each test gets a copy of its own."""
    folder = Path(tempfile.mkdtemp(prefix="lantai-prepared-")) / "data"
    Lantai(folder).json("init")
    return folder


def prepared(folder: Path) -> Lantai:
    """An installation of the test's own."""
    shutil.copytree(_prepared(), folder / "data")
    return Lantai(folder / "data")


def with_fault(
    lantai: Lantai, call: str, at: int, number: int, *, below: Path, once: bool
) -> Lantai:
    """The same installation on a disk that fails."""
    more = {"LD_PRELOAD": str(failing_disk()), "FAULT_BELOW": str(below), "FAULT_CALL": call,
            "FAULT_AT": str(at), "FAULT_ERRNO": str(number)}  # fmt: skip
    if once:
        more["FAULT_ONCE"] = "1"
    failing = Lantai(lantai.data)
    failing.environment = {**lantai.environment, **more}
    return failing


def die_at(lantai: Lantai, point: str, *words: str) -> int:
    """Run a command that is killed at this point; how it ended."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.preservation.faults.dying", point, *words],
        env={**lantai.environment, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own of this size; skipped where one may not be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a file system here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def whole(lantai: Lantai, records: int) -> dict[str, Any]:
    """I1–I3 hold: so many records, an object each, a ledger that proves itself."""
    truth = lantai.json("reconcile", "--digests")
    assert truth["invariants"] == {"I1": True, "I2": True, "I3": True}, truth["findings"]
    assert truth["counts"]["rows"]["records"] == records
    assert truth["counts"]["objects"]["objects"] == records
    assert lantai.json("audit", "verify")["ok"]
    return truth
