"""`lantai import`: a catalogue from a file."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from lantai.cli.command import DONE, FOUND_WANTING, BadCall, Command, emit, say

LARGE = 3_000_000  # bytes of a file above which another process indexes meanwhile


class Import(Command):
    """Import 导入目录: again and again without harm; refused rows are set aside."""

    id = "import"
    help = "导入目录（xlsx、csv、tsv、jsonl、xml、dbf、EAD、EEP 文件夹） / import a catalogue"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """The file and where it goes."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--fonds", default="", metavar="NO", help="全宗号，没有时登记")
        parser.add_argument("--institution", default="", metavar="CODE")
        parser.add_argument("--map", type=Path, metavar="M", help="列名对照表（TOML、JSON）")
        parser.add_argument(
            "--clean", action="store_true", help="按清洗规则整理（全角、空格、括号等）"
        )
        parser.add_argument("--dry-run", action="store_true", help="只看会怎样，不登记")

    def run(self, options: argparse.Namespace) -> int:
        """Exit 1 when rows were refused, 2 when the file is no table."""
        from lantai.core.tables.table import TableUnreadable
        from lantai.foundation.refusal import Refusal

        if not options.file.exists():
            raise BadCall(f"没有文件 {options.file} / no such file")
        try:
            figures = self._import(options)
        except TableUnreadable as fault:
            raise BadCall(str(fault)) from fault
        except Refusal as refusal:
            raise BadCall(f"{refusal.zh} / {refusal.en}") from refusal
        if options.json:
            emit(figures)
        else:
            say("  ".join(f"{key}={value}" for key, value in figures.items()))
        return FOUND_WANTING if figures["refused"] else DONE

    def _import(self, options: argparse.Namespace) -> dict[str, Any]:
        from django.conf import settings
        from django.utils import timezone

        from lantai.access.search.followers import bring_up_to_date
        from lantai.access.search.following_beside import FollowingBeside
        from lantai.foundation.policy import Operator
        from lantai.foundation.work import Act
        from lantai.resources.importing.columns import read_map
        from lantai.resources.importing.places import archives_for, fonds_for
        from lantai.resources.importing.run import run_import

        act = Act(by=Operator(), channel="cli")
        chosen = read_map(options.map) if options.map else {}
        fonds = fonds_for(act, archives_for(act, options.institution), options.fonds)
        stem = options.file.name.split(".")[0]
        folder = settings.LANTAI.data / "imports"
        large = options.file.is_file() and options.file.stat().st_size > LARGE
        beside = FollowingBeside() if large and not options.dry_run else None
        figures = run_import(
            act,
            path=options.file,
            fonds=fonds,
            refused_path=folder / f"{stem}-refused-{timezone.localtime():%Y%m%d%H%M%S}.csv",
            chosen=chosen,
            dry_run=options.dry_run,
            clean=options.clean,
            progress=_teller(),
        )
        if beside is not None:
            beside.finish()
        bring_up_to_date()  # findable at once, whether or not a worker runs
        return figures.document()


def _teller() -> Any:
    told = time.monotonic()

    def progress(done: int, total: int, note: str = "") -> None:
        nonlocal told
        if time.monotonic() - told >= 1:
            told = time.monotonic()
            say(f"{done * 100 // max(total, 1)}%  {note}")

    return progress
