"""`lantai backup TARGET`: a consistent copy of everything, while work goes on."""

from __future__ import annotations

import argparse
import time

from lantai.cli.command import DONE, FOUND_WANTING, BadCall, Command, emit, say


class Backup(Command):
    """Backup 备份: database snapshot, ledger, objects, files; only what is new is copied."""

    id = "backup"
    help = "备份到目录或存储地址 / back up into a folder or store (folder://, s3://)"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where to, and what beyond the usual."""
        parser.add_argument("target", metavar="TARGET")
        parser.add_argument(
            "--with-keys",
            action="store_true",
            help="连同密钥（备份须加锁保管）/ take the keys along: then lock the backup away",
        )
        parser.add_argument(
            "--verify",
            action="store_true",
            help="已有的对象也重新复制 / copy anew what the target holds already",
        )

    def run(self, options: argparse.Namespace) -> int:
        """Copy, write down, say."""
        from lantai.core.storage.port import StorageFailure
        from lantai.foundation.policy import Operator
        from lantai.foundation.refusal import Refusal
        from lantai.foundation.work import Act
        from lantai.preservation.recovery.backup import make_backup
        from lantai.preservation.recovery.operations import record_backup

        told = time.monotonic()

        def progress(done: int, total: int, note: str = "") -> None:
            nonlocal told
            if time.monotonic() - told >= 1:
                told = time.monotonic()
                say(note)

        try:
            figures = make_backup(
                options.target, progress, with_keys=options.with_keys, verify=options.verify
            )
        except (StorageFailure, Refusal) as problem:
            raise BadCall(str(problem)) from problem
        record_backup(Act(by=Operator(), channel="cli"), figures=figures)
        if options.json:
            emit(figures)
        else:
            for finding in figures["findings"]:
                say(f"{finding['path']}: {finding['zh']} / {finding['en']}")
            say("  ".join(f"{k}={v}" for k, v in figures.items() if k != "findings"))
            if figures["keys"] and not options.with_keys:
                say(f"密钥不在备份中，请另行保管 keys are not in the backup: {figures['keys']}")
        return DONE if figures["ok"] else FOUND_WANTING
