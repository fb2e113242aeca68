"""`lantai identify PATH…` 格式识别: what each file is."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.cli.command import DONE, FOUND_WANTING, BadCall, Command, emit
from lantai.core.formats import Identification


class Identify(Command):
    """Formats of files; folders are walked."""

    id = "identify"
    help = "格式识别 the format of each file (PRONOM and own signatures)"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Paths of files or folders."""
        parser.add_argument("paths", nargs="+", metavar="PATH")
        parser.add_argument(
            "--verify",
            action="store_true",
            help="也验证能否打开 say too whether each file is sound",
        )

    def run(self, options: argparse.Namespace) -> int:
        """A line a file; exit 1 when a verified file is not sound, 2 when a path is not there."""
        from lantai.core.formats import identify_many

        named = [Path(path) for path in options.paths]
        for path in named:
            if not path.exists():
                raise BadCall(f"没有此文件 no such file: {path}")
        sound = True
        for found in identify_many(_files(named)):
            verdict = _verdict(found) if options.verify else {}
            sound = sound and verdict.get("valid", True)
            if options.json:
                emit({**found.to_json(), **verdict})
            else:
                note = f"  [{found.warning}]" if found.warning else ""
                print(f"{found.path}\t{found.puid}\t{found.name} {found.version}".rstrip() + note)
                for problem in verdict.get("problems", ()):
                    print(f"  {problem['severity']} {problem['code']}: {problem['message']}")
        return DONE if sound else FOUND_WANTING


def _verdict(found: Identification) -> dict[str, Any]:
    """Whether the file is sound and is what its name says, and what ails it."""
    from lantai.core.formats import verify_file

    problems = verify_file(Path(found.path), found)
    return {
        "valid": not any(problem.severity == "error" for problem in problems),
        "problems": [
            {
                "code": problem.code,
                "severity": problem.severity,
                "message": f"{problem.message_zh} / {problem.message_en}",
            }
            for problem in problems
        ],
    }


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (p for p in sorted(path.rglob("*")) if p.is_file())
        else:
            yield path
