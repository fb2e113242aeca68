"""`lantai eark validate`: the structure of an E-ARK information package (CSIP)."""

from __future__ import annotations

import argparse
from pathlib import Path

from lantai.cli.command import DONE, FOUND_WANTING, BadCall, Command, emit, say
from lantai.core.packages.eark import NOT_CHECKED, validate_eark


class EarkCommand(Command):
    """E-ARK 校验."""

    id = "eark"
    help = "校验 E-ARK 信息包结构 judge the structure of E-ARK packages (CSIP)"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("action", choices=["validate"])
        parser.add_argument("path", type=Path, metavar="PATH")

    def run(self, options: argparse.Namespace) -> int:
        path: Path = options.path
        if not path.is_dir():
            raise BadCall(f"不是目录（压缩包请先解开）not a folder, unpack it first: {path}")
        verdict = validate_eark(path)
        if options.json:
            emit({**verdict.document(), "not_checked": list(NOT_CHECKED)})
        for found in () if options.json else [*verdict.errors, *verdict.warnings]:
            say(f"{found.code} {found.path or '.'} {found.message}")
        say(f"{'有效 valid' if verdict.valid else '无效 not valid'}；未检查 not checked:")
        for line in NOT_CHECKED:
            say(f"  - {line}")
        return DONE if verdict.valid else FOUND_WANTING
