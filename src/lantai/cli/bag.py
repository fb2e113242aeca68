"""`lantai bag validate`: judge a BagIt bag (RFC 8493)."""

from __future__ import annotations

import argparse
from pathlib import Path

from lantai.cli.command import DONE, FOUND_WANTING, BadCall, Command, emit, say
from lantai.core.packages.bag import validate_bag


class BagCommand(Command):
    """BagIt 校验."""

    id = "bag"
    help = "校验 BagIt 包 judge BagIt bags"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("action", choices=["validate"])
        parser.add_argument("path", type=Path, metavar="PATH")

    def run(self, options: argparse.Namespace) -> int:
        path: Path = options.path
        if not path.is_dir():
            raise BadCall(f"不是目录 not a folder: {path}")
        verdict = validate_bag(path)
        if options.json:
            emit(verdict.document())
        for found in () if options.json else [*verdict.errors, *verdict.warnings]:
            say(f"{found.code} {found.path or '.'} {found.message}")
        say("有效 valid" if verdict.valid else "无效 not valid")
        return DONE if verdict.valid else FOUND_WANTING
