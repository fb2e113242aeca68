"""FAULTS 1–3, 7, 32: processes that die, a database that blocks, upgrades cut short, two at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.db import OperationalError, connection

from lantai.foundation.jobs import worker
from lantai.foundation.jobs.models import Job
from lantai.foundation.jobs.queue import enqueue
from lantai.foundation.jobs.tasks_shelf import tasks
from lantai.foundation.site.preparation import NewerSchema, migrate
from tests.installation import Lantai, papers
from tests.preservation.faults.rig import die_at, prepared, whole

KILLED = -9
BETWEEN_STORAGE_AND_DATABASE = "lantai.preservation.depositing.storing:_Storing.group:after:1"
BETWEEN_LEDGER_AND_COMMIT = "lantai.foundation.operation:write_entries:after:4"
POINTS = [
    "lantai.preservation.depositing.storing:_Storing.group:before:1",
    BETWEEN_STORAGE_AND_DATABASE,
    "lantai.foundation.operation:write_entries:before:1",
    "lantai.foundation.operation:write_entries:after:1",
    "lantai.foundation.operation:write_entries:before:4",
    BETWEEN_LEDGER_AND_COMMIT,
    "lantai.core.ledger.segments:SegmentWriter._write:before:2",
    "lantai.core.ledger.segments:SegmentWriter._write:after:2",
    "lantai.engines.storage.folder:FolderStorage.new_staging:after:1",
]


@pytest.fixture
def lantai(tmp_path):
    return prepared(tmp_path)


def killed_then_again(lantai, point, source, count):
    assert die_at(lantai, point, "ingest", str(source)) == KILLED, point
    assert lantai.json("ingest", str(source))["records"] == count
    return whole(lantai, count)


def test_02_killed_between_storage_and_database_there_is_one_whole_object(lantai, tmp_path):
    source = papers(tmp_path / "来料", 4)
    assert die_at(lantai, BETWEEN_STORAGE_AND_DATABASE, "ingest", str(source)) == KILLED
    truth = lantai.json("reconcile")  # without the operator: adopted, and told
    assert {f["code"] for f in truth["findings"]} == {"object-without-row"}
    assert truth["healed"] == 4
    assert lantai.json("ingest", str(source))["records"] == 4
    whole(lantai, 4)


@pytest.mark.soak
def test_02_killed_between_ledger_and_commit_the_attempt_is_void(lantai, tmp_path):
    killed_then_again(lantai, BETWEEN_LEDGER_AND_COMMIT, papers(tmp_path / "来料", 3), 3)


@pytest.mark.soak
@pytest.mark.parametrize("point", POINTS)
def test_01_killed_at_every_boundary_nothing_is_lost_and_nothing_twice(tmp_path, point):
    lantai = prepared(tmp_path)
    killed_then_again(lantai, point, papers(tmp_path / "来料", 10), 10)


@pytest.mark.django_db
def test_03_a_database_that_blocks_makes_the_worker_wait_and_go_on(monkeypatch):
    done = []
    tasks()["test.counted"] = lambda running: done.append(running.job.pk)
    real, failures = worker.claim, [OperationalError("database is locked")] * 3

    def blocked(name):
        if failures:
            raise failures.pop()
        return real(name)

    monkeypatch.setattr(worker, "claim", blocked)
    monkeypatch.setattr(worker.time, "sleep", lambda seconds: None)
    try:
        job = enqueue("test.counted", title="x")
        worker.run_worker(lambda: False, idle_exit=True)
    finally:
        del tasks()["test.counted"]
    assert done == [job.pk]
    assert Job.objects.get(pk=job.pk).state == Job.DONE


@pytest.mark.django_db
def test_07_a_database_of_a_newer_lantai_is_refused_and_untouched():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('catalogue', '9999_future', '2030-01-01 00:00:00+00:00')"
        )
    with pytest.raises(NewerSchema, match="9999_future"):
        migrate()


def applied(lantai: Lantai) -> int:
    """How many steps of the schema have been taken."""
    with closing(sqlite3.connect(lantai.data / "lantai.db")) as database:
        return int(database.execute("SELECT COUNT(*) FROM django_migrations").fetchone()[0])


@pytest.mark.soak
def test_07_an_upgrade_cut_short_goes_on(tmp_path):
    lantai = Lantai(tmp_path / "data")
    (tmp_path / "data" / "logs").mkdir(parents=True)
    first = (
        "import django; django.setup(); from django.core.management import call_command as call; "
    )
    subprocess.run(
        [sys.executable, "-c", first + "call('migrate', 'foundation', '0003', verbosity=0)"],
        env={**lantai.environment, "DJANGO_SETTINGS_MODULE": "lantai.web.settings"}, check=True,
    )  # fmt: skip
    old = applied(lantai)
    point = "django.db.migrations.executor:MigrationExecutor.apply_migration:after:9"
    assert die_at(lantai, point, "migrate") == KILLED
    assert applied(lantai) == old + 9
    assert lantai.call("migrate").returncode == 0
    assert lantai.json("doctor")["ok"]


@pytest.mark.soak
def test_32_the_same_folder_taken_in_twice_at_once_is_there_once(lantai, tmp_path):
    source = papers(tmp_path / "来料", 25)
    both = [lantai.begin("ingest", str(source)) for _ in range(2)]
    for process in both:
        process.wait(120)
    assert lantai.json("ingest", str(source))["records"] == 25
    whole(lantai, 25)
