"""`lantai reconcile`: storage, catalogue, ledger and index compared."""

from __future__ import annotations

import argparse

from lantai.cli.command import DONE, FOUND_WANTING, Command, emit, say


class Reconcile(Command):
    """Reconcile 对账: list every difference between the truths, and heal what heals."""

    id = "reconcile"
    help = "比对存储、目录、台账和索引 / compare storage, catalogue, ledger and index"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """How deep."""
        parser.add_argument(
            "--digests", action="store_true", help="逐一读取文件校验 / read every file"
        )
        parser.add_argument("--no-mend", action="store_true", help="只看不改 / look only")

    def run(self, options: argparse.Namespace) -> int:
        """Compare and say."""
        from lantai.preservation.reconciling.truth import Options, reconcile

        report = reconcile(Options(digests=options.digests, mend=not options.no_mend))
        if options.json:
            emit(report.as_json())
        else:
            for finding in report.findings:
                say(f"{finding['severity']} {finding['code']} {finding['subject']}: "
                    f"{finding['zh']} / {finding['en']}")  # fmt: skip
            for name, broken in report.broken.items():
                say(f"{name}: {'成立 holds' if not broken else f'{broken} 处不成立 broken'}")
        return DONE if report.ok else FOUND_WANTING
