"""Watching a process 旁观进程: its memory and that of its helpers, and how far it says it has come."""

from __future__ import annotations

import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

MILEPOSTS = (1, 10, 50, 100)
LOOKS = 0.5  # seconds between two looks
TOLD_EACH = 60  # seconds between two lines for the person who waits
_TOLD = re.compile(rb"(\d+)/(\d+) [^\n]*\n?\Z")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Run:
    """One process: seconds, its most memory (without its helpers), and (per cent, MB, MB of its
    helpers) at the mileposts it told of."""

    seconds: float
    megabytes: float
    way: tuple[tuple[int, float, float], ...] = ()


def run(words: list[str], place: Path) -> Run:
    """Run to the end; `SystemExit` when it found something wrong."""
    log = place / "log.txt"
    started = time.perf_counter()
    with log.open("wb") as out:
        child = os.posix_spawn(
            words[0], words, dict(os.environ),
            file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), n) for n in (1, 2)],
        )  # fmt: skip
        way, status, most = _watch(child, log)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{words}: {log.read_text('utf-8', 'replace')[-2_000:]}")
    return Run(time.perf_counter() - started, most, tuple(way))


def _watch(child: int, log: Path) -> tuple[list[tuple[int, float, float]], int, float]:
    """Look twice a second until it ends: the mileposts, its status, its most memory."""
    way: list[tuple[int, float, float]] = []
    last, said = (0.0, 0.0), time.monotonic()
    while True:
        ended, status, used = os.wait4(child, os.WNOHANG)
        if ended:
            if way and way[-1][0] < MILEPOSTS[-1]:
                way.append((MILEPOSTS[-1], *last))
            return way, status, used.ru_maxrss / 1024
        last = _memory(child) or last
        done, total = _how_far(log)
        share = 100 * done / total if total else 0.0
        passed = [post for post in MILEPOSTS[:-1] if post <= share]
        if passed and (not way or passed[-1] > way[-1][0]):
            way.append((passed[-1], *last))
        if time.monotonic() - said >= TOLD_EACH:
            said = time.monotonic()
            sys.stderr.write(f"{done:,} of {total:,}, {last[0]:.0f}+{last[1]:.0f} MB\n")
        time.sleep(LOOKS)


def _how_far(log: Path) -> tuple[int, int]:
    """(done, total) of the last line of progress."""
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - 2_000))
        lines = stream.read().rpartition(b"\n")[0].rsplit(b"\n", 1)[-1]
    found = _TOLD.search(lines)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _memory(top: int) -> tuple[float, float] | None:
    """MB of a process and of all below it; None when it is gone."""
    own = _resident(top)
    if own is None:
        return None
    below, pending = 0.0, _children(top)
    while pending:
        one = pending.pop()
        below += _resident(one) or 0.0
        pending += _children(one)
    return own, below


def _resident(process: int) -> float | None:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_bytes().split()[1])
    except (OSError, IndexError):
        return None
    return pages * _PAGE / 2**20


def _children(process: int) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{process}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    except OSError:
        pass
    return found
