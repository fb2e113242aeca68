"""Runs a `lantai` command that dies by kill -9 at a named point: ``module:Class.method:before|after:n``."""

from __future__ import annotations

import functools
import importlib
import os
import signal
import sys
from typing import Any


def plant(point: str) -> None:
    """Make the n-th passing of the point the last thing this process does."""
    place, name, side, number = point.split(":")
    owner: Any = importlib.import_module(place)
    *inner, last = name.split(".")
    for part in inner:
        owner = getattr(owner, part)
    real, left = getattr(owner, last), [int(number)]

    @functools.wraps(real)
    def deadly(*args: Any, **named: Any) -> Any:
        left[0] -= 1
        if not left[0] and side == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = real(*args, **named)
        if not left[0] and side == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(owner, last, deadly)


def main() -> int:
    from lantai.cli.main import main as command
    from lantai.cli.main import setup_django

    setup_django()
    plant(sys.argv[1])
    return command(sys.argv[2:])


if __name__ == "__main__":
    raise SystemExit(main())
