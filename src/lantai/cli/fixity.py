"""`lantai fixity run`: read every byte in storage again."""

from __future__ import annotations

import argparse
import time

from lantai.cli.command import DONE, FOUND_WANTING, Command, emit, say


class Fixity(Command):
    """Fixity 固化校验: each file once, both digests, findings located."""

    id = "fixity"
    help = "校验存储中的全部文件 / verify the digests of everything in storage"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """A verb; whether to begin anew."""
        parser.add_argument("what", choices=["run"])
        parser.add_argument("--fresh", action="store_true", help="从头开始 / begin anew")
        parser.add_argument("--no-mend", action="store_true", help="只看不修 / mend nothing")
        parser.add_argument(
            "--rate",
            type=float,
            metavar="MB",
            help="每秒最多读多少 MB / at most so many MB a second",
        )

    def run(self, options: argparse.Namespace) -> int:
        """Walk and say."""
        from lantai.foundation.policy import Operator
        from lantai.foundation.work import Act
        from lantai.preservation.fixity_audit.operations import figures
        from lantai.preservation.fixity_audit.running import run_audit

        told = time.monotonic()

        def progress(done: int, total: int, note: str = "") -> None:
            nonlocal told
            if time.monotonic() - told >= 1:
                told = time.monotonic()
                say(f"{done}/{total} {note}")

        pace = None if options.rate is None else int(options.rate * 1_000_000)
        run = run_audit(
            Act(by=Operator(), channel="cli"), progress, fresh=options.fresh,
            bytes_per_second=pace, mend=not options.no_mend,
        )  # fmt: skip
        if options.json:
            emit({"ok": not run.unrepaired, **figures(run), "findings": run.findings})
        else:
            for finding in run.findings:
                say(f"{finding['code']} {finding['path']}: {finding['zh']} / {finding['en']}")
            say("  ".join(f"{k}={v}" for k, v in figures(run).items()))
        return FOUND_WANTING if run.unrepaired else DONE
