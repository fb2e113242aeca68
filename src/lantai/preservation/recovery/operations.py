"""Verbs of recovery: write down that a backup was made, that a restore was tried."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localdate

from lantai.foundation.operation import operation
from lantai.foundation.work import Act, keep, note
from lantai.preservation.backup_register.keeping import day, keep_backup_set, size_of
from lantai.preservation.recovery.models import BackupRun, RestoreDrill


@operation(permission="recovery.run", event="replication")
def record_backup(act: Act, /, *, figures: dict[str, Any]) -> BackupRun:
    """Enter a backup's figures in the register."""
    row = BackupRun.objects.create(
        name=figures["backup"],
        target=figures["target"][:300],
        made_at=act.at,
        ok=figures["ok"],
        objects_kept=figures["objects"],
        bytes_copied=figures["bytes_copied"],
        seconds=figures["seconds"],
        figures={k: v for k, v in figures.items() if k != "findings"},
    )
    keep(row, kind="created")
    note(backup=row.name, target=row.target, objects=row.objects_kept, ok=row.ok)
    keep_backup_set(
        act, set_no=row.name, source=f"backup:{row.name}", range="全部：数据库、台账、对象和附件",
        kind="online" if "://" in row.target and not row.target.startswith("folder:") else "offline",
        place=row.target, size=size_of(row.bytes_copied), result="waiting" if row.ok else "partly",
    )  # fmt: skip
    return row


@operation(permission="recovery.run", event="recovery")
def record_drill(act: Act, /, *, figures: dict[str, Any]) -> RestoreDrill:
    """Enter what a restore measured."""
    row = RestoreDrill.objects.create(
        source=figures["source"][:300],
        backup=figures["backup"],
        restored_at=act.at,
        ok=figures["ok"],
        objects_restored=figures["objects"],
        bytes_restored=figures["bytes"],
        rpo_seconds=figures["rpo_seconds"],
        rto_seconds=figures["rto_seconds"],
        figures={k: v for k, v in figures.items() if k != "findings"},
    )
    keep(row, kind="created")
    note(backup=row.backup, ok=row.ok, rpo=row.rpo_seconds, rto=row.rto_seconds)
    keep_backup_set(
        act, set_no=row.backup, source=f"backup:{row.backup}",
        checked=day(localdate(act.at)), result="good" if row.ok else "bad",
    )  # fmt: skip
    return row
