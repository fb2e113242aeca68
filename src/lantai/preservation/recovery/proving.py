"""Proving a restored installation 恢复验证: counts, ledger, storage and digests must be the backup's."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from lantai.catalogue.records.models import Record
from lantai.core.progress import Progress, silent
from lantai.foundation.audit.verification import verify_ledger
from lantai.foundation.refusal import Refusal
from lantai.foundation.site.preparation import migrate
from lantai.preservation.rebuilding.catalogue import rebuild_catalogue
from lantai.preservation.reconciling.truth import Options, reconcile
from lantai.preservation.recovery.restoring import LaidDown
from lantai.preservation.recovery.snapshot import POSTGRESQL, postgresql_call

FINDINGS_SHOWN = 100


def bring_up(laid: LaidDown, progress: Progress = silent, *, from_storage: bool) -> dict[str, Any]:
    """Put the database back (or build it anew from storage), then prove the whole."""
    told: dict[str, Any] = {"from": "storage" if from_storage else "database"}
    if from_storage:
        if laid.database is not None and connection.vendor != "sqlite":
            laid.database.unlink(missing_ok=True)
        migrate()
        told["rebuilt"] = rebuild_catalogue(from_empty=True, progress=progress)
    else:
        if laid.document["database"]["engine"] == "postgresql":
            _load_dump(Path(settings.LANTAI.data) / POSTGRESQL)
        migrate()
    return told


def prove(laid: LaidDown, *, from_storage: bool) -> dict[str, Any]:
    """Counts against the backup's, the ledger's chain, the three truths."""
    findings: list[dict[str, str]] = []
    counts = _counts(laid, findings, exact=not from_storage)
    ledger = verify_ledger()
    findings += [
        {"code": p.code, "path": p.path, "zh": p.message_zh, "en": p.message_en}
        for p in ledger.problems
    ]
    truths = reconcile(Options(mend=False, without=frozenset({"index"})))
    findings += [
        {"code": f["code"], "path": f["subject"], "zh": f["zh"], "en": f["en"]}
        for f in truths.findings
        if f["severity"] == "error" and not f["healed"] and f["truth"] not in {"ledger", "index"}
    ]
    return {
        "records": Record.objects.count(),
        "counts": counts,
        "ledger": {"ok": ledger.ok, "entries": ledger.entries, "segments": ledger.segments},
        "invariants": truths.as_json()["invariants"],
        "findings": findings[:FINDINGS_SHOWN],
    }


def recovery_point(laid: LaidDown, now: datetime) -> float | None:
    """RPO 恢复点目标, measured: seconds between the backup's moment and the restore's beginning."""
    at = laid.document.get("at")
    return (now - datetime.fromisoformat(at)).total_seconds() if at else None


def _counts(laid: LaidDown, findings: list[dict[str, str]], *, exact: bool) -> dict[str, Any]:
    wanted: dict[str, int] = laid.document.get("counts", {})
    found = {}
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for name in wanted:
            if name in tables:
                cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608
                found[name] = cursor.fetchone()[0]
    unequal = {n: (wanted[n], found.get(n, 0)) for n in wanted if found.get(n, 0) != wanted[n]}
    if exact:
        findings += [
            {"code": "count-differs", "path": name, "zh": f"备份时 {was} 行，恢复后 {now} 行",
             "en": f"{was} rows in the backup, {now} now"}
            for name, (was, now) in unequal.items()
        ]  # fmt: skip
    return {"tables": len(wanted), "rows": sum(found.values()), "unequal": len(unequal)}


def _load_dump(dump: Path) -> None:
    program = shutil.which("pg_restore")
    if program is None or connection.vendor != "postgresql":
        raise Refusal(
            "这个备份的数据库是 PostgreSQL：请设置 LANTAI_DATABASE_URL 并安装 postgresql-client，"
            "或加 --from-storage 由存储重建。",
            "This backup's database is PostgreSQL: set LANTAI_DATABASE_URL and install its client, "
            "or use --from-storage.",
            code="other-database",
        )
    arguments, environment = postgresql_call()
    connection.close()
    done = subprocess.run(  # noqa: S603 - a program found by its fixed name
        [program, "--no-owner", "--exit-on-error", "--single-transaction", *arguments, str(dump)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Refusal(
            f"pg_restore 没有成功（数据库须为空）：{done.stderr.strip()[:300]}",
            f"pg_restore failed (the database must be empty): {done.stderr.strip()[:300]}",
            code="database-not-restored",
        )
    dump.unlink()
