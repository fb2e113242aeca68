"""An empty database is laid at once; what comes of it is what the migrations would have made."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from tests.installation import Lantai

STEPWISE = """
import django; django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
executor.migrate(executor.loader.graph.leaf_nodes())
"""


def schema(database: Path) -> dict[str, object]:
    """Tables with their columns, foreign keys and checks, and indexes with their text."""
    found: dict[str, object] = {}
    with closing(sqlite3.connect(database)) as opened:
        rows = opened.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        for kind, name, table, sql in rows:
            if kind == "table":
                columns = opened.execute(f"PRAGMA table_info({table})").fetchall()
                keys = opened.execute(f"PRAGMA foreign_key_list({table})").fetchall()
                checks = {part.split('"')[1] for part in sql.split("CONSTRAINT ")[1:]}
                found[name] = (
                    sorted(column[1:] for column in columns),
                    sorted(str(key[2:]) for key in keys),
                    sorted(checks),
                )
            elif sql:
                found[name] = (table, sql)
    return found


@pytest.mark.soak
def test_both_ways_make_the_same_tables(tmp_path):
    made = {}
    for way in ("at once", "stepwise"):
        lantai = Lantai(tmp_path / way)
        (lantai.data / "logs").mkdir(parents=True)
        if way == "at once":
            assert lantai.call("migrate").returncode == 0
        else:
            subprocess.run(
                [sys.executable, "-c", STEPWISE],
                env={**lantai.environment, "DJANGO_SETTINGS_MODULE": "lantai.web.settings"},
                check=True,
            )
        made[way] = schema(lantai.data / "lantai.db")
    assert made["at once"].keys() == made["stepwise"].keys()
    for name, columns in made["at once"].items():
        assert columns == made["stepwise"][name], name


def test_no_migration_makes_what_the_models_do_not_tell():
    """Rows and hand-written SQL would be missing where the tables are made from the models."""
    told = set()
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if app not in ("auth", "contenttypes"):  # theirs do nothing to an empty database
            kinds = {type(operation).__name__ for operation in migration.operations}
            told |= {f"{app}.{name}: {kind}" for kind in kinds & {"RunSQL", "RunPython"}}
    assert not told
