"""Snapshot 数据库快照: the catalogue at one committed moment, while writing goes on beside.

SQLite: its online backup, in one step, which reads one committed state of the WAL. PostgreSQL:
``pg_dump`` of a snapshot exported by a transaction that answers our questions about it too.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, connections

from lantai.catalogue.records.models import Record
from lantai.foundation.ledger.models import LedgerEntry, LedgerHead
from lantai.foundation.refusal import Refusal

SQLITE, POSTGRESQL = "lantai.db", "lantai.pgdump"
AT_ONCE = 500


@dataclass
class Point:
    """恢复点: the last entry of the ledger that the snapshot knows."""

    sequence: int = 0
    hash: str = ""
    at: str = ""


class Snapshot:
    """A file with the whole database, and answers about the moment it was taken at."""

    def __init__(self, file: Path, engine: str, ask: Any) -> None:
        self.file, self.engine, self._ask = file, engine, ask

    def point(self) -> Point:
        """Up to where the ledger goes."""
        head = self._ask(f"SELECT sequence, hash FROM {_table(LedgerHead)} WHERE id = 1")  # noqa: S608
        if not head or not head[0][0]:
            return Point()
        (when,) = self._ask(
            f"SELECT at FROM {_table(LedgerEntry)} WHERE sequence = {int(head[0][0])}"  # noqa: S608
        )
        return Point(head[0][0], head[0][1], str(when[0]))

    def counts(self) -> dict[str, int]:
        """Rows of every table of ours."""
        names = sorted(_our_tables())
        return {n: self._ask(f'SELECT COUNT(*) FROM "{n}"')[0][0] for n in names}  # noqa: S608

    def known(self, object_ids: Sequence[str]) -> set[str]:
        """Which of these objects the catalogue named at that moment."""
        found: set[str] = set()
        for start in range(0, len(object_ids), AT_ONCE):
            part = object_ids[start : start + AT_ONCE]
            marks = ",".join("'" + name.replace("'", "''") + "'" for name in part)
            rows = self._ask(
                f"SELECT object_id FROM {_table(Record)} WHERE object_id IN ({marks})"  # noqa: S608
            )
            found.update(row[0] for row in rows)
        return found


@contextmanager
def take_snapshot(folder: Path) -> Iterator[Snapshot]:
    """The database as it is now, as a file in ``folder``; open until the questions are over."""
    if connection.vendor == "sqlite":
        with _sqlite(folder / SQLITE) as found:
            yield found
    else:
        with _postgresql(folder / POSTGRESQL) as found:
            yield found


@contextmanager
def _sqlite(file: Path) -> Iterator[Snapshot]:
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise Refusal(
                "数据库快照未通过完整性检查，没有备份；请先运行 lantai doctor。",
                "The database's snapshot fails its own check; nothing was backed up.",
                code="database-damaged",
            )
        yield Snapshot(file, "sqlite", lambda sql: copy.execute(sql).fetchall())


@contextmanager
def _postgresql(file: Path) -> Iterator[Snapshot]:
    program = shutil.which("pg_dump")
    if program is None:
        raise Refusal(
            "没有找到 pg_dump，不能备份 PostgreSQL；请安装 postgresql-client。",
            "There is no pg_dump here: install postgresql-client.",
            code="no-pg-dump",
        )
    own = connections.create_connection("default")  # a transaction of its own
    with closing(own), own.cursor() as cursor:

        def ask(sql: str) -> list[tuple[Any, ...]]:
            cursor.execute(sql.replace("%", "%%"))
            return list(cursor.fetchall())

        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        name = ask("SELECT pg_export_snapshot()")[0][0]
        _dump(program, name, file)
        yield Snapshot(file, "postgresql", ask)
        cursor.execute("ROLLBACK")


def _dump(program: str, snapshot: str, file: Path) -> None:
    arguments, environment = postgresql_call()
    done = subprocess.run(  # noqa: S603 - a program found by its fixed name
        [program, "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={file}",
         *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Refusal(
            f"pg_dump 没有成功：{done.stderr.strip()[:300]}",
            f"pg_dump failed: {done.stderr.strip()[:300]}",
            code="database-unreadable",
        )


def postgresql_call() -> tuple[list[str], dict[str, str]]:
    """How PostgreSQL's own programs reach this database: arguments and environment."""
    place = connection.settings_dict
    arguments = []
    for flag, name in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if place[name]:
            arguments.append(f"{flag}={place[name]}")
    environment = {**os.environ, "PGPASSWORD": place["PASSWORD"] or ""}
    return [*arguments, f"--dbname={place['NAME']}"], environment


def _table(model: Any) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _our_tables() -> list[str]:
    from django.apps import apps

    from lantai.preservation.rebuilding.losses import OURS

    return [m._meta.db_table for app in OURS for m in apps.get_app_config(app).get_models()]
