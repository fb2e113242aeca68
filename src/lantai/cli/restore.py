"""`lantai restore SOURCE`: into an empty data folder, proven, with measured RPO and RTO."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
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


class Restore(Command):
    """Restore 恢复: from a backup, or from a copy of the storage alone; or a drill beside."""

    id = "restore"
    help = "由备份或存储副本恢复 / restore from a backup or a copy of storage into an empty folder"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Which backup, which keys, how."""
        parser.add_argument("source", metavar="SOURCE")
        parser.add_argument("--backup", default="", help="哪一次备份（默认最新）/ which (the last)")
        parser.add_argument("--keys", metavar="DIR", help="另行保管的密钥 / the keys kept apart")
        parser.add_argument(
            "--from-storage",
            action="store_true",
            help="不用数据库快照，由存储重建目录 / build the catalogue from storage alone",
        )
        parser.add_argument("--no-index", action="store_true", help="不建索引 / no search index")
        parser.add_argument(
            "--drill",
            action="store_true",
            help="演练：恢复到临时目录并登记结果 / a drill into a folder that is thrown away",
        )

    def run(self, options: argparse.Namespace) -> int:
        """Restore or drill; say what was measured."""
        figures = _drill(options) if options.drill else _restore(options)
        if options.json:
            emit(figures)
        else:
            for finding in figures["findings"]:
                say(f"{finding['code']} {finding['path']}: {finding['zh']} / {finding['en']}")
            say("  ".join(f"{k}={v}" for k, v in figures.items() if k != "findings"))
        return DONE if figures["ok"] else FOUND_WANTING


def _restore(options: argparse.Namespace) -> dict[str, Any]:
    began, started = time.monotonic(), datetime.now(UTC)
    from lantai.cli.main import setup_django
    from lantai.core.storage.port import StorageFailure
    from lantai.preservation.recovery.manifest import BackupRefused
    from lantai.preservation.recovery.restoring import NotEmpty, lay_down

    data = Path(os.environ.get("LANTAI_DATA", "lantai-data")).resolve()
    os.environ["LANTAI_DATA"] = str(data)
    keys = Path(options.keys) if options.keys else None
    try:
        laid = lay_down(
            options.source, data, backup=options.backup, keys=keys, progress=told_each_second()
        )
    except NotEmpty as problem:
        raise BadCall(f"数据目录不是空的 / the data folder is not empty: {problem}") from problem
    except StorageFailure as problem:
        raise BadCall(str(problem)) from problem
    except BackupRefused as refused:
        return _refused(options.source, refused.path, refused.zh, refused.en, began)
    setup_django()
    from lantai.foundation.policy import Operator
    from lantai.foundation.refusal import Refusal
    from lantai.foundation.work import Act
    from lantai.preservation.recovery.operations import record_drill
    from lantai.preservation.recovery.proving import bring_up, prove, recovery_point

    from_storage = options.from_storage or laid.database is None
    try:
        told = bring_up(laid, told_each_second(), from_storage=from_storage)
    except Refusal as problem:
        raise BadCall(f"{problem.zh} / {problem.en}") from problem
    proof = prove(laid, from_storage=from_storage)
    if not options.no_index:
        told["indexed"] = _index()
    findings = proof.pop("findings")
    figures = {
        "ok": not findings,
        "source": options.source,
        "backup": laid.backup,
        "data": str(data),
        "objects": laid.objects,
        "files": laid.files,
        "bytes": laid.bytes,
        "digests_equal": True,
        "signature": laid.signature,
        "keys": laid.keys,
        **proof,
        **told,
        "rpo_seconds": recovery_point(laid, started),
        "rto_seconds": round(time.monotonic() - began, 3),
        "findings": findings,
    }
    record_drill(Act(by=Operator(), channel="cli"), figures=figures)
    return figures


def _refused(source: str, path: str, zh: str, en: str, began: float) -> dict[str, Any]:
    return {
        "ok": False, "source": source, "backup": "", "objects": 0, "files": 0, "bytes": 0,
        "digests_equal": False, "rpo_seconds": None,
        "rto_seconds": round(time.monotonic() - began, 3),
        "findings": [{"code": "backup-damaged", "path": path, "zh": f"{zh}；没有恢复任何内容",
                      "en": f"{en}; nothing was restored"}],
    }  # fmt: skip


def _index() -> int:
    from lantai.access.search.operations import rebuild_index
    from lantai.foundation.desks.searching.indexing import rebuild_desk_index
    from lantai.foundation.policy import Operator
    from lantai.foundation.work import Act

    rebuild_desk_index()
    return int(getattr(rebuild_index(Act(by=Operator(), channel="cli")), "records", 0))


def _drill(options: argparse.Namespace) -> dict[str, Any]:
    """The same command in a process of its own on a temporary folder; noted in this installation."""
    live = Path(os.environ.get("LANTAI_DATA", "lantai-data")).resolve()
    with tempfile.TemporaryDirectory(prefix="lantai-drill-", dir=live.parent) as place:
        words = ["restore", options.source, "--data", f"{place}/data", "--json"]
        for flag, value in (("--backup", options.backup), ("--keys", options.keys)):
            words += [flag, value] if value else []
        words += ["--from-storage"] if options.from_storage else []
        words += ["--no-index"] if options.no_index else []
        kept = {"LANTAI_STORE", "LANTAI_INDEX", "LANTAI_DATABASE_URL", "LANTAI_DATA"}
        environment = {k: v for k, v in os.environ.items() if k not in kept}
        done = subprocess.run(
            [sys.executable, "-m", "lantai.cli.main", *words],
            env=environment, stdout=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    if not done.stdout.strip():
        raise BadCall("演练没有完成，原因见上 / the drill did not finish, the cause is above")
    figures: dict[str, Any] = json.loads(done.stdout)
    from lantai.cli.main import setup_django

    setup_django()
    from lantai.foundation.policy import Operator
    from lantai.foundation.work import Act
    from lantai.preservation.recovery.operations import record_drill

    record_drill(Act(by=Operator(), channel="cli"), figures=figures)
    return figures
