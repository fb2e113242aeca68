"""`lantai identify PATH…` 格式识别: what each file is."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from lantai.cli.command import DONE, BadCall, Command, emit


class Identify(Command):
    """Formats of files; folders are walked."""

    id = "identify"
    help = "格式识别 the format of each file (PRONOM and own signatures)"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Paths of files or folders."""
        parser.add_argument("paths", nargs="+", metavar="PATH")

    def run(self, options: argparse.Namespace) -> int:
        """A line a file; exit 2 when a named path is not there."""
        from lantai.core.formats import identify_many

        named = [Path(path) for path in options.paths]
        for path in named:
            if not path.exists():
                raise BadCall(f"没有此文件 no such file: {path}")
        for found in identify_many(_files(named)):
            if options.json:
                emit(found.to_json())
            else:
                note = f"  [{found.warning}]" if found.warning else ""
                print(f"{found.path}\t{found.puid}\t{found.name} {found.version}".rstrip() + note)
        return DONE


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (p for p in sorted(path.rglob("*")) if p.is_file())
        else:
            yield path
