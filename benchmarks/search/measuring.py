"""One engine asked all questions: cold, warm, by many readers at a time, and against the truth."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.search.peers import Asked, Peer, own_memory

BUDGET = 12.0  # seconds given to a kind: slow peers are asked fewer questions of it
READERS = 16
BY_READER = 60  # questions each of them asks
READERS_BUDGET = 20.0  # seconds
Opener = Callable[[Path], Peer]
Times = dict[str, list[float]]


@dataclass(frozen=True)
class Truth:
    """Totals by question, of the text all engines have and of all that ours has; and the ids."""

    narrow: dict[Asked, int]
    wide: dict[Asked, int]
    ids: dict[Asked, set[str]]


def measured(opener: Opener, folder: Path, asked: list[Asked], truth: Truth) -> dict[str, Any]:
    """Everything said of an engine, as JSON; times in ms by kind of question."""
    begun, load = time.perf_counter(), os.getloadavg()[0]
    peer = opener(folder)
    forget(peer.place)
    peer.open()
    able = [one for one in asked if peer.able(one)]
    cold, _ = times(peer, able)
    warm, processor = times(peer, able)
    checked = compared(peer, [one for one in able if one in truth.wide], truth)
    found = {
        "cold": cold, "warm": warm, "processor": processor, "checked": checked,
        "memory": peer.memory(), "own": own_memory(), "name": peer.name, "load": load,
    }  # fmt: skip
    found["readers"] = by_readers(opener, folder, able)
    if meanwhile := peer.adding():
        with meanwhile:
            found["added"], _ = times(peer, able)
    found["soon"] = peer.soon_found()
    peer.close()
    return {**found, "seconds": time.perf_counter() - begun, "load after": os.getloadavg()[0]}


def forget(place: Path) -> None:
    """Let the system give up what it keeps in memory of the files of a folder."""
    for path in place.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)


def times(peer: Peer, asked: list[Asked]) -> tuple[Times, Times]:
    """Milliseconds by kind, by the clock and of the processor; a kind ends at its `BUDGET`.

    Of the processor: this thread's and what the peer's own process says. The latter decides
    where the machine is shared. Cold is the first time after `forget`, each question once, so
    that the index warms as it is asked; warm the second time.
    """
    clock: Times = {}
    processor: Times = {}
    for question in asked:
        if sum(clock.get(question.kind, ())) > BUDGET * 1000:
            continue
        started, worked = time.perf_counter(), time.thread_time() + peer.processor()
        peer.ask(question)
        worked = time.thread_time() + peer.processor() - worked
        clock.setdefault(question.kind, []).append((time.perf_counter() - started) * 1000)
        processor.setdefault(question.kind, []).append(worked * 1000)
    return clock, processor


def compared(peer: Peer, asked: list[Asked], truth: Truth) -> dict[str, Any]:
    """Totals and ids against the truth; of totals told as estimates how far they are off."""
    found = {"questions": 0, "equal": 0, "few": 0, "many": 0, "hits": 0, "found": 0, "wrong": 0}
    off: list[float] = []
    until = time.perf_counter() + 3 * BUDGET
    for question in asked:
        if time.perf_counter() > until:
            break
        total = peer.ask(question)
        ids = peer.ids(question) if question in truth.ids else None
        wanted = (truth.wide if ids is not None else truth.narrow)[question]
        found["questions"] += 1
        if peer.estimated:
            off.append(abs(total / truth.wide[question] - 1))
        else:
            found["equal"] += total == wanted
            found["few"] += total < wanted
            found["many"] += total > wanted
        if ids is not None:
            found["hits"] += wanted
            found["found"] += len(ids & truth.ids[question])
            found["wrong"] += len(ids - truth.ids[question])
    return {**found, "off": sorted(off)}


def by_readers(opener: Opener, folder: Path, asked: list[Asked]) -> dict[str, Any]:
    """`READERS` processes ask at a time, each its own draw of the mix; ms by the clock."""
    context = multiprocessing.get_context("fork")
    answers: Any = context.Queue()
    ready: Any = context.Barrier(READERS + 1)
    readers = [
        context.Process(target=_read, args=(opener, folder, asked, seed, ready, answers))
        for seed in range(READERS)
    ]
    for one in readers:
        one.start()
    ready.wait(120)
    begun = time.perf_counter()
    took = [ms for _ in readers for ms in answers.get(timeout=600)]
    seconds = time.perf_counter() - begun
    for one in readers:
        one.join()
    return {"times": took, "seconds": seconds, "a second": len(took) / seconds}


def _read(
    opener: Opener, folder: Path, asked: list[Asked], seed: int, ready: Any, answers: Any
) -> None:
    """One reader, until its questions or its time are spent."""
    peer = opener(folder)
    peer.open()
    mine = random.Random(seed).sample(asked, min(BY_READER, len(asked)))
    peer.ask(mine[0])
    ready.wait()
    until = time.perf_counter() + READERS_BUDGET
    took = []
    for question in mine:
        started = time.perf_counter()
        peer.ask(question)
        took.append((time.perf_counter() - started) * 1000)
        if time.perf_counter() > until:
            break
    answers.put(took)
    peer.close()


def cpu_of_all() -> float:
    """Seconds of processor of this process and of the children that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
