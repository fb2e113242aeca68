"""Creating objects in a process of their own, beside the one that judges and registers.

Filling and reading back a few small files an object is all system calls; done in a thread it
waits for the interpreter's lock after each. The process leaves with the one that asked for it,
however that one ended: what it was moving in is whole or not there, as always.
"""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from types import TracebackType

from lantai.core.ocfl.requests import NewObject
from lantai.core.ocfl.root import OcflRoot

WORTH_IT = 50
"""Objects of a call from which on the other process is started."""

LOOKS = 1.0
"""Seconds between two looks at whether the asking process is still there."""


@dataclass(frozen=True)
class Made:
    """What became of one object: ``new`` is False when it was there already."""

    new: bool
    problem: Exception | None = None


class Apart:
    """A context manager: `create_many` here for a few objects, beside for many."""

    def __init__(self, root: OcflRoot) -> None:
        self.root = root
        self._pool: ProcessPoolExecutor | None = None
        self._possible = _can_travel(root)

    def __enter__(self) -> Apart:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the other process go, when there is one."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def create_many(self, requests: Sequence[NewObject]) -> list[Made]:
        """One answer a request, in order; the objects without a problem are durable."""
        few = self._pool is None and len(requests) < WORTH_IT
        if not self._possible or few or _brings_copies(requests):
            return _made(self.root, requests)
        try:
            return self._beside().submit(_create, list(requests)).result()
        except BrokenProcessPool:  # it was killed: what it made is found here and adopted
            self._possible, self._pool = False, None
            return _made(self.root, requests)

    def _beside(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                1, get_context("spawn"), initializer=_begin, initargs=(self.root, os.getpid())
            )
        return self._pool


def _brings_copies(requests: Sequence[NewObject]) -> bool:
    """Whether some are moved in from a copy made here: were the other process killed over it,
    there would be nothing to begin again with."""
    return any(file.proof is not None for one in requests for file in one.files)


def _can_travel(root: OcflRoot) -> bool:
    try:
        pickle.dumps(root)
    except Exception:  # a store that holds a connection stays in this process
        return False
    return True


_root: list[OcflRoot] = []


def _begin(root: OcflRoot, asker: int) -> None:
    _root[:] = [root]
    threading.Thread(target=_leave_with, args=(asker,), daemon=True).start()


def _leave_with(asker: int) -> None:
    while os.getppid() == asker:
        time.sleep(LOOKS)
    os._exit(1)


def _create(requests: Sequence[NewObject]) -> list[Made]:
    return [Made(one.new, _sendable(one.problem)) for one in _made(_root[0], requests)]


def _made(root: OcflRoot, requests: Sequence[NewObject]) -> list[Made]:
    return [
        Made(bool(outcome.version and outcome.version.new), outcome.problem)
        for outcome in root.create_many(requests)
    ]


def _sendable(problem: Exception | None) -> Exception | None:
    """The problem itself, or its words and number when it can not be sent."""
    try:
        pickle.loads(pickle.dumps(problem))  # noqa: S301  (our own bytes)
        return problem
    except Exception:
        if isinstance(problem, OSError):
            return OSError(problem.errno, problem.strerror)
        return RuntimeError(f"{type(problem).__name__}: {problem}")
