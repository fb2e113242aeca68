"""An empty database is laid at once; what comes of it is what the migrations would have made."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader

from tests.installation import Lantai

STEPWISE = """
import django; django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
executor.migrate(executor.loader.graph.leaf_nodes())
from django.core.management.sql import emit_post_migrate_signal
emit_post_migrate_signal(0, False, "default")
"""

CARRIED = """
import django; django.setup()
from pathlib import Path
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
executor = MigrationExecutor(connection)
executor.migrate([("foundation", "0006_register_source")])
apps = executor.loader.project_state([("foundation", "0006_register_source")]).apps
model = lambda name: apps.get_model("foundation", name)
place = model("Institution").objects.create(code="A", name="A", kind="archives")
now, who = timezone.now(), {"by": "person:a", "by_name": "甲"}
model("DefinitionEdition").objects.create(desk="case", definition="loan", version="2026-11+3",
    base_version="2026-11", changes={".label_zh": "借"}, at=now, **who)
entry = model("RegisterEntry").objects.create(register="objects", institution=place, title="印",
    identity="1", definition_version="1", created_by="a", created_at=now, updated_by="a", updated_at=now)
model("RegisterAttachment").objects.create(entry=entry, name="照片.jpg", size=3, sha512="ab" * 64,
    sm3="cd" * 32, added_by="person:a", added_at=now)
file = Path(settings.LANTAI.data) / "storage" / "registers" / "ab" / ("ab" * 64)
file.parent.mkdir(parents=True)
file.write_bytes(b"abc")
executor = MigrationExecutor(connection)
executor.migrate(executor.loader.graph.leaf_nodes())

from lantai.foundation.desks.adapting.models import Adaptation
from lantai.foundation.desks.attachments.storing import attachments_of, place_of
row, part = Adaptation.objects.get(), attachments_of(f"register:objects/{entry.pk}").get()
assert (row.label, row.institution, row.changes) == ("2026-11+3", None, {".label_zh": "借"})
assert part.name == "照片.jpg" and place_of(part.sha512).read_bytes() == b"abc"
"""


def schema(database: Path) -> dict[str, object]:
    """Tables with their rows, columns, foreign keys and checks, and indexes with their text."""
    found: dict[str, object] = {}
    with closing(sqlite3.connect(database)) as opened:
        rows = opened.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        for kind, name, table, sql in rows:
            if kind == "table" and not name.startswith("sqlite_"):
                columns = opened.execute(f"PRAGMA table_info({table})").fetchall()
                keys = opened.execute(f"PRAGMA foreign_key_list({table})").fetchall()
                checks = {part.split('"')[1] for part in sql.split("CONSTRAINT ")[1:]}
                (count,) = opened.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
                found[name] = (
                    count,
                    sorted(column[1:] for column in columns),
                    sorted(str(key[2:]) for key in keys),
                    sorted(checks),
                )
            elif sql and kind != "table":
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


@pytest.mark.soak
def test_adaptations_and_files_of_registers_are_carried_over(tmp_path):
    lantai = Lantai(tmp_path)
    (lantai.data / "logs").mkdir(parents=True)
    subprocess.run(
        [sys.executable, "-c", CARRIED],
        env={**lantai.environment, "DJANGO_SETTINGS_MODULE": "lantai.web.settings"},
        check=True,
    )


def test_no_migration_makes_what_the_models_do_not_tell():
    """Hand-written SQL and rows would be missing where the tables are made from the models.

    Rows may be carried over from one table to another: an empty database has none.
    """
    told = set()
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        for operation in migration.operations if app not in ("auth", "contenttypes") else ():
            carried = getattr(getattr(operation, "code", None), "__name__", "") == "carry_over"
            if isinstance(operation, RunSQL) or (isinstance(operation, RunPython) and not carried):
                told.add(f"{app}.{name}")
    assert not told
