"""What a command is: one file in this folder, one class, found by its place."""

from __future__ import annotations

import argparse
import json
import sys
import time
from abc import ABC, abstractmethod
from typing import Any

from lantai.core.progress import Progress

DONE, FOUND_WANTING, BAD_CALL, SYSTEM_FAILED = 0, 1, 2, 3


class BadCall(Exception):
    """The input could not be read or the call is off: exit 2 with this message."""


class Command(ABC):
    """One `lantai` command; ``id`` is its word, or words ("ocfl validate" lives in ocfl.py)."""

    id: str = ""
    help: str = ""
    needs_django: bool = False

    @abstractmethod
    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say which arguments it takes (``--json`` and ``--data`` are given to all)."""

    @abstractmethod
    def run(self, options: argparse.Namespace) -> int:
        """Do it; return 0 done, 1 found wanting, 2 bad call, 3 system failed."""


def emit(document: Any) -> None:
    """Write one JSON document on one line of standard output, UTF-8, nothing else there.

    Bytes of names that are not UTF-8 are written as JSON escapes (\\udcXX), so that none is lost.
    """
    text = json.dumps(document, ensure_ascii=False, default=str)
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode() + "\n")
    sys.stdout.flush()


def say(message: str) -> None:
    """Tell the person something: standard error, so that standard output stays clean."""
    sys.stderr.write(message + "\n")
    sys.stderr.flush()


def told_each_second(name: str = "") -> Progress:
    """Progress of something long, said at most once a second; what is quick says nothing."""
    head = f"{name}: " if name else ""
    told = time.monotonic()

    def progress(done: int, total: int, note: str = "") -> None:
        nonlocal told
        if time.monotonic() - told >= 1:
            told = time.monotonic()
            say(f"{head}{done}/{total or '?'} {note}")

    return progress
