"""Prepare a data folder 准备数据目录: its folders, keys and schema; harmless when repeated."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class NewerSchema(Exception):
    """The data folder was written by a newer Lantai; nothing was touched."""


def make_folders() -> None:
    """The data folder and what lies in it; keys are for their owner only."""
    place = settings.LANTAI
    for folder in (
        place.data,
        place.logs,
        place.incoming,
        place.quarantine,
        place.watched,
        place.ledger,
    ):
        folder.mkdir(parents=True, exist_ok=True)
    place.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chmod(place.keys, 0o700)  # noqa: PTH101 - an existing folder too


def migrate() -> int:
    """Apply missing migrations; refuses a database of a newer version. Returns how many."""
    make_folders()
    executor = MigrationExecutor(connection)
    known = set(executor.loader.disk_migrations)
    unknown = [key for key in executor.loader.applied_migrations if key not in known]
    if unknown:
        names = ", ".join(f"{app}.{name}" for app, name in unknown)
        raise NewerSchema(
            f"数据库由较新的兰台建立（{names}），未作任何改动；请升级程序 / "
            "the database belongs to a newer Lantai; nothing was touched"
        )
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", verbosity=0, interactive=False)
    return len(plan)
