"""`lantai eark validate`: the structure of an E-ARK information package (CSIP)."""

from __future__ import annotations

import argparse
from pathlib import Path

from lantai.cli.command import DONE, FOUND_WANTING, BadCall, Command, emit, say
from lantai.core.packages.eark import NOT_CHECKED, validate_eark
from lantai.core.packages.eark_archive import validate_eark_archive
from lantai.core.packages.opening import ARCHIVES
from lantai.core.packages.refusal import PackageRefused
from lantai.core.verdict import Verdict


class EarkCommand(Command):
    """E-ARK 校验."""

    id = "eark"
    help = "校验 E-ARK 信息包结构 judge the structure of E-ARK packages (CSIP)"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("action", choices=["validate"])
        parser.add_argument("path", type=Path, metavar="PATH")

    def run(self, options: argparse.Namespace) -> int:
        path: Path = options.path
        verdict = self.judged(path)
        if options.json:
            notes = [found.document() for found in verdict.notes]
            emit({**verdict.document(), "notes": notes, "not_checked": list(NOT_CHECKED)})
        for found in () if options.json else [*verdict.errors, *verdict.warnings]:
            say(f"{found.code} {found.path or '.'} {found.message}")
        say(f"{'有效 valid' if verdict.valid else '无效 not valid'}；未检查 not checked:")
        for line in NOT_CHECKED:
            say(f"  - {line}")
        return DONE if verdict.valid else FOUND_WANTING

    def judged(self, path: Path) -> Verdict:
        """The verdict on a folder, or on an archive unpacked for the while."""
        if path.is_dir():
            return validate_eark(path.resolve())
        if not path.is_file() or not path.name.lower().endswith(ARCHIVES):
            raise BadCall(f"不是目录，也不是压缩包 neither a folder nor an archive: {path}")
        try:
            return validate_eark_archive(path)
        except PackageRefused as cause:
            raise BadCall(f"无法解开 can not be unpacked: {path}: {cause}") from cause
