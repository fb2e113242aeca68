"""`lantai ingest`: transfer to deposit in one go, resumable."""

from __future__ import annotations

import argparse
import logging
import secrets
import time
from pathlib import Path
from typing import Any

from lantai.cli.command import (
    BAD_CALL,
    DONE,
    FOUND_WANTING,
    BadCall,
    Command,
    emit,
    say,
    told_each_second,
)

log = logging.getLogger("lantai.ingest")


class Ingest(Command):
    """Ingest 一步入库: each path checked, stored and registered; a line a path."""

    id = "ingest"
    help = "把信息包或文件夹一步入库 / packages or folders, from transfer to deposit"
    needs_django = True

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """What, for whom, into which fonds."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--institution", metavar="CODE", default="", help="档案馆代码 / archives"
        )
        parser.add_argument("--fonds", metavar="NO", default="", help="全宗号 / fonds")
        parser.add_argument(
            "--queue", action="store_true", help="交给任务进程办理 / leave it to the worker"
        )

    def run(self, options: argparse.Namespace) -> int:
        """One path after another; what goes wrong with one stops no other."""
        from lantai.foundation.policy import Operator
        from lantai.foundation.site.preparation import migrate
        from lantai.foundation.work import Act

        migrate()
        act = Act(by=Operator(), channel="cli")
        holder = _holder(act, options.institution)
        verdicts = set()
        if options.queue:
            return _queue(options, holder)
        for path in options.paths:
            line = _one(path, holder, options.fonds)
            verdicts.add(line["verdict"])
            if options.json:
                emit(line)
            else:
                _tell(line)
        if verdicts <= {"pass"}:
            return DONE
        return BAD_CALL if verdicts == {"unreadable"} else FOUND_WANTING


def _queue(options: argparse.Namespace, holder: Any) -> int:
    from lantai.foundation.jobs.queue import enqueue

    for path in options.paths:
        place = str(path.resolve())
        job = enqueue(
            "preservation.ingest",
            title=f"入库 Ingest {path.name}"[:200],
            arguments={"path": place, "holder": holder.code, "fonds": options.fonds},
            key=f"ingest:{holder.code}:{place}"[-200:],
            institution=holder,
        )
        emit({"path": str(path), "job": job.pk})
    return DONE


def _one(path: Path, holder: Any, fonds: str) -> dict[str, Any]:
    from lantai.foundation.jobs.tasks_shelf import RetryLater
    from lantai.foundation.policy import Operator
    from lantai.foundation.work import Act
    from lantai.preservation.ingesting.ingest import ingest_path

    while True:
        try:
            return ingest_path(
                Act(by=Operator(), channel="cli"),
                path,
                holder=holder,
                fonds=fonds,
                progress=told_each_second(path.name),
            )
        except RetryLater as wait:
            say(f"{wait.note}（{wait.seconds} s）")
            time.sleep(wait.seconds)
        except Exception as defect:
            error_id = secrets.token_hex(4)
            log.exception("ingest of %s failed, error %s", path, error_id)
            message = (
                f"系统出错，错误编号 {error_id}；可再次运行同一命令继续 / system failure "
                f"{error_id} ({type(defect).__name__}); run the same command again{_cause(defect)}"
            )
            finding = {"code": "defect", "severity": "error", "path": path.name, "message": message}
            return {
                "path": str(path), "verdict": "fail", "deposit": None, "records": 0,
                "findings": [finding],
            }  # fmt: skip


def _cause(defect: Exception) -> str:
    """In words, when it is the disk, the store or the database that failed."""
    from django.db import DatabaseError

    from lantai.core.storage.port import StorageFailure

    named = isinstance(defect, OSError | StorageFailure | DatabaseError)
    return f"；{defect}" if named else ""


def _holder(act: Any, code: str) -> Any:
    from lantai.foundation.institutions.models import Institution
    from lantai.foundation.institutions.operations import register_institution

    archives = Institution.objects.filter(kind=Institution.ARCHIVES)
    if code:
        row = archives.filter(code=code).first()
        if row is None:
            known = "、".join(archives.values_list("code", flat=True)[:20]) or "—"
            raise BadCall(f"没有代码为 {code} 的档案馆；已有：{known} / no such archives")
        return row
    found = list(archives[:2])
    if not found:
        return register_institution(act, code="BG", name="本馆", kind=Institution.ARCHIVES)
    if len(found) > 1:
        raise BadCall("有多个档案馆，请用 --institution 指明 / several archives: say which")
    return found[0]


def _tell(line: dict[str, Any]) -> None:
    say(f"{line['path']}: {line['verdict']} {line['deposit'] or ''} {line['records']} 件 records")
    for finding in line["findings"]:
        if finding["severity"] != "info":
            say(
                f"  {finding['severity']} {finding['code']} {finding['path']}: {finding['message']}"
            )
