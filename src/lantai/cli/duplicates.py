"""`lantai duplicates`: likely duplicates looked for in a fonds, or over all archives."""

from __future__ import annotations

import argparse

from lantai.cli.command import DONE, BadCall, Command, emit, say


class Duplicates(Command):
    """Duplicates 查重: what is found waits on the page to be judged."""

    id = "duplicates"
    help = "查重：一个全宗，或各馆之间（联合目录） / look for likely duplicates"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where to look."""
        parser.add_argument(
            "--fonds", default="", metavar="HOLDER/NO", help="馆代码/全宗号；不写则查全部馆"
        )

    def run(self, options: argparse.Namespace) -> int:
        """Compare as the operator of the machine and enter what is new."""
        from lantai.catalogue.duplicates.finding import find_pairs
        from lantai.catalogue.fonds.models import Fonds
        from lantai.foundation.policy import Operator
        from lantai.foundation.work import Act

        fonds = None
        if options.fonds:
            holder, _slash, code = options.fonds.partition("/")
            fonds = Fonds.objects.filter(holder__code=holder, code=code).first()
            if fonds is None:
                raise BadCall(f"没有全宗 {options.fonds}，应写成 馆代码/全宗号 / no such fonds")
        act = Act(by=Operator(), channel="cli")
        found = find_pairs(act, fonds=fonds, name=f"cli-{fonds.pk if fonds else 'all'}")
        if options.json:
            emit(found)
        else:
            say(f"{found['records']} 件，疑似 {found['pairs']} 对，新列入 {found['entered']} 对 / "
                f"{found['records']} records, {found['pairs']} pairs, {found['entered']} new")  # fmt: skip
        return DONE
