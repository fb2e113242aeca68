"""`lantai ocfl validate`: judge an OCFL object or storage root by the specification's codes."""

from __future__ import annotations

import argparse
from pathlib import Path

from lantai.cli.command import DONE, FOUND_WANTING, BadCall, Command, emit, say
from lantai.core.ocfl.validator import validate


class OcflCommand(Command):
    """OCFL 校验."""

    id = "ocfl"
    help = "校验 OCFL 对象或存储根 judge OCFL objects and roots"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("action", choices=["validate"])
        parser.add_argument("path", type=Path, metavar="PATH")

    def run(self, options: argparse.Namespace) -> int:
        path: Path = options.path
        if not path.is_dir():
            raise BadCall(f"不是目录 not a folder: {path}")
        try:
            report = validate(path)
        except OSError as cause:
            raise BadCall(f"无法读取 can not be read: {path}: {cause.strerror}") from cause
        if options.json:
            emit(report.document())
        for found in () if options.json else [*report.errors, *report.warnings]:
            say(f"{found.code} {found.path or '.'} {found.message}")
        if report.not_shown:
            say(f"另有 {report.not_shown} 条未列出 more not shown")
        say(
            f"{'有效 valid' if report.valid else '无效 not valid'}: "
            f"{report.objects} 个对象 objects, {report.error_count} errors"
        )
        return DONE if report.valid else FOUND_WANTING
