"""`lantai draw verify FILE` 双随机验证: draw again from what was published, and compare."""

from __future__ import annotations

import argparse
from pathlib import Path

from lantai.cli.command import DONE, FOUND_WANTING, BadCall, Command, emit, say
from lantai.core.draws import NotADraw, verify


class DrawVerify(Command):
    """Verify a published draw 验证抽取."""

    id = "draw"
    help = "验证双随机抽取文件 / verify a published draw"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """The act and the file as it was published."""
        parser.add_argument("action", choices=["verify"])
        parser.add_argument("file", type=Path, metavar="FILE")

    def run(self, options: argparse.Namespace) -> int:
        """0 it holds; 1 something does not, named; 2 it cannot be read as a draw."""
        try:
            draw, faults = verify(options.file.read_bytes())
        except (OSError, NotADraw) as problem:
            raise BadCall(f"{options.file}: {problem}") from None
        findings = [{"code": f.code, "message": f"{f.message_zh} / {f.message_en}"} for f in faults]
        if options.json:
            emit({"valid": not faults, "number": draw.get("number"), "drawn": len(draw["result"]),
                  "commitment": draw["commitment"], "findings": findings})  # fmt: skip
        else:
            for finding in findings:
                say(finding["message"])
            say("相符 / it holds" if not faults else "不符 / it does not hold")
        return FOUND_WANTING if faults else DONE
