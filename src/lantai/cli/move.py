"""`lantai move`: a branch of the catalogue put in another place."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from lantai.cli.command import DONE, FOUND_WANTING, BadCall, Command, emit, say

if TYPE_CHECKING:
    from lantai.catalogue.records.models import Record


class Move(Command):
    """Move 整理调整: a class, file or item with all below it."""

    id = "move"
    help = "整理调整：移动类别、案卷或件，按规则重编档号 / move a branch of the catalogue"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """What, and where to."""
        parser.add_argument("record", help="档号或 id / reference code or id")
        parser.add_argument(
            "--to", default="top", metavar="CODE", help="上级的档号或 id，top 为全宗之下"
        )
        parser.add_argument("--category", default="", metavar="KEY", help="门类，如 WS、ZY·HY")
        parser.add_argument("--dry-run", action="store_true", help="只预览 / preview only")
        parser.add_argument("--reason", default="", help="缘由 / reason")
        parser.add_argument("--holder", default="", metavar="CODE", help="馆代码 / archives")

    def run(self, options: argparse.Namespace) -> int:
        """Preview or move; exit 1 when the move is refused."""
        from lantai.catalogue.arranging.operations import move_subtree
        from lantai.catalogue.arranging.presenting import move_document, plan_document
        from lantai.catalogue.arranging.queries import plan_of
        from lantai.foundation.jobs.worker import run_worker
        from lantai.foundation.policy import Operator
        from lantai.foundation.work import Act

        record = _named(options.record, options.holder)
        parent = None if options.to == "top" else _named(options.to, options.holder)
        plan = plan_of(Operator(), record, parent, options.category)
        if options.dry_run or plan.problems:
            document: dict[str, Any] = plan_document(plan)
        else:
            done = move_subtree(
                Act(by=Operator(), channel="cli", reason=options.reason),
                record=record,
                parent=parent,
                category=options.category,
                version=record.version,
            )
            run_worker(lambda: False, idle_exit=True)  # codes of a large branch
            done.refresh_from_db()
            document = move_document(done)
        if options.json:
            emit(document)
        else:
            say("  ".join(f"{name} {value}" for name, value in document.items()))
        return FOUND_WANTING if plan.problems else DONE


def _named(text: str, holder: str) -> Record:
    from uuid import UUID

    from lantai.catalogue.records.models import Record

    rows = Record.objects.select_related("fonds__holder", "fonds__creator", "holder", "parent")
    try:
        rows = rows.filter(uid=UUID(text))
    except ValueError:
        rows = rows.filter(reference_code=text)
    if holder:
        rows = rows.filter(holder__code=holder)
    found = list(rows[:2])
    if len(found) != 1:
        raise BadCall(f"没有或不止一件档案是 {text}，请用 --holder 或 id / no one record is {text}")
    return found[0]
