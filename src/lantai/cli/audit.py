"""`lantai audit verify`, `lantai audit seal`: the ledger proven, and closed for the day."""

from __future__ import annotations

import argparse
from pathlib import Path

from lantai.cli.command import DONE, FOUND_WANTING, Command, emit, say


class Audit(Command):
    """The ledger 台账: verify its chain in the database and in the files; seal it."""

    id = "audit"
    help = "校验或封存台账 / verify or seal the ledger"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """What to do, and whether off line."""
        parser.add_argument("what", choices=["verify", "seal"])
        parser.add_argument(
            "--offline",
            metavar="FOLDER",
            type=Path,
            help="只校验此文件夹中的台账文件，不用数据库 / only the files of this folder",
        )

    def run(self, options: argparse.Namespace) -> int:
        """Walk everything once and say what was found, and where."""
        if options.what == "seal":
            from lantai.foundation.ledger.sealing import seal_now

            name = seal_now()
            emit({"seal": name}) if options.json else say(
                name or "没有可封的台账 / nothing to seal"
            )
            return DONE
        from lantai.foundation.audit.verification import verify_files, verify_ledger

        report = verify_files(options.offline) if options.offline else verify_ledger()
        if options.json:
            emit(report.as_json())
        else:
            for problem in report.problems:
                place = f"{problem.path}:{problem.line}" if problem.path else problem.where
                say(f"{place}: {problem.message_zh} / {problem.message_en} [{problem.code}]")
            verdict = "完好 sound" if report.ok else f"有 {len(report.problems)} 处问题 problems"
            say(f"台账 {report.entries} 条 entries，{report.segments} 段 segments：{verdict}")
        return DONE if report.ok else FOUND_WANTING
