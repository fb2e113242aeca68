"""`lantai rebuild`: make a lower truth anew from the one above it."""

from __future__ import annotations

import argparse
from typing import Any

from lantai.cli.command import (
    DONE,
    FOUND_WANTING,
    BadCall,
    Command,
    emit,
    say,
    told_each_second,
)


class Rebuild(Command):
    """Rebuild 重建: the catalogue from storage, the index from the catalogue."""

    id = "rebuild"
    help = "重建：catalogue 由存储重建目录，index 由目录重建索引 / rebuild catalogue or index"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """What to build anew."""
        parser.add_argument("what", choices=["catalogue", "index"])
        parser.add_argument(
            "--from-empty",
            action="store_true",
            help="先清空现有目录 / throw the present catalogue away first",
        )

    def run(self, options: argparse.Namespace) -> int:
        """Do it as the operator, with progress on standard error."""
        figures = getattr(self, f"_{options.what}")(options)
        if options.json:
            emit(figures)
        else:
            say("  ".join(f"{key}={value}" for key, value in figures.items()))
        return FOUND_WANTING if figures.get("problems") or figures.get("ledger_problems") else DONE

    def _catalogue(self, options: argparse.Namespace) -> dict[str, Any]:
        from lantai.foundation.site.preparation import migrate
        from lantai.preservation.rebuilding.catalogue import rebuild_catalogue

        migrate()
        report = rebuild_catalogue(from_empty=options.from_empty, progress=told_each_second())
        for loss in report["lost"]:
            say(f"未恢复 lost: {loss['name']} {loss['count'] or ''} {loss['zh']} / {loss['en']}")
        for problem in report["problems"]:
            say(f"{problem['object']}: {problem['message']}")
        return report

    def _index(self, options: argparse.Namespace) -> dict[str, Any]:
        from dataclasses import asdict

        try:
            from lantai.access.search.operations import rebuild_index
        except ModuleNotFoundError as absent:
            raise BadCall("本安装没有检索 / this installation has no search") from absent
        from lantai.foundation.desks.searching.indexing import rebuild_desk_index
        from lantai.foundation.policy import Operator
        from lantai.foundation.work import Act

        made = rebuild_index(Act(by=Operator(), channel="cli"), progress=told_each_second())
        return {**asdict(made), "matters": rebuild_desk_index(told_each_second())}
