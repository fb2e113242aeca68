"""`lantai rebuild`: make a lower truth anew from the one above it."""

from __future__ import annotations

import argparse
import time

from lantai.cli.command import DONE, Command, emit, say


class Rebuild(Command):
    """Rebuild 重建: the index from the catalogue."""

    id = "rebuild"
    help = "重建：index 由目录重建检索索引 / rebuild the index from the catalogue"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """What to build anew."""
        parser.add_argument("what", choices=["index"])

    def run(self, options: argparse.Namespace) -> int:
        """Do it as the operator, with progress on standard error."""
        figures = getattr(self, f"_{options.what}")()
        if options.json:
            emit(figures)
        else:
            say("  ".join(f"{key}={value}" for key, value in figures.items()))
        return DONE

    def _index(self) -> dict[str, float]:
        from dataclasses import asdict

        from lantai.access.search.operations import rebuild_index
        from lantai.foundation.policy import Operator
        from lantai.foundation.work import Act

        told = time.monotonic()

        def progress(done: int, total: int, note: str = "") -> None:
            nonlocal told
            if time.monotonic() - told >= 1:
                told = time.monotonic()
                say(f"{done}/{total} {note}")

        return asdict(rebuild_index(Act(by=Operator(), channel="cli"), progress=progress))
