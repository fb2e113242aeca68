"""`rebuild catalogue` 重建目录: ledger, then objects, then an honest list of what is lost."""

from __future__ import annotations

import time
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from lantai.core.progress import Progress, silent
from lantai.foundation.audit.verification import verify_files
from lantai.foundation.desks.returns.totals import roll_up_all
from lantai.preservation.rebuilding.losses import (
    OURS,
    Loss,
    as_json,
    losses_after,
    losses_of_the_ledger,
)
from lantai.preservation.rebuilding.objects import adopt_objects
from lantai.preservation.rebuilding.replaying import Replayed, replay, reset_sequences

PROBLEMS_SHOWN = 100


def rebuild_catalogue(*, from_empty: bool = False, progress: Progress = silent) -> dict[str, Any]:
    """Bring the catalogue back from storage; returns counts, losses, problems and seconds.

    The schema must be there. With ``from_empty`` the present rows are thrown away first, in
    the same transaction in which the ledger's rows come back.
    """
    began = time.monotonic()
    folder = settings.LANTAI.ledger
    ledger = verify_files(folder)
    with transaction.atomic():
        if from_empty:
            empty_catalogue()
        replayed = replay(folder, progress) if folder.is_dir() else Replayed()
        roll_up_all()
    adopted = adopt_objects(progress)
    losses: list[Loss] = losses_after(replayed)
    if not replayed.entries:
        losses.insert(0, losses_of_the_ledger())
    return {
        "entries": replayed.entries,
        "rows": dict(sorted(replayed.rows.items())),
        "objects": adopted.objects,
        "records_from_objects": adopted.records,
        "texts_from_objects": adopted.texts,
        "ledger_problems": [vars(p) for p in ledger.problems[:PROBLEMS_SHOWN]],
        "problems": adopted.problems[:PROBLEMS_SHOWN],
        "lost": as_json(losses),
        "seconds": round(time.monotonic() - began, 3),
    }


def empty_catalogue() -> None:
    """Remove every row of our own tables (inside the caller's transaction)."""
    ours: list[type[models.Model]] = [
        model for app in OURS for model in apps.get_app_config(app).get_models()
    ]
    ours += list(apps.get_app_config("sessions").get_models())
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(connection.ops.quote_name(m._meta.db_table) for m in ours)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # pending checks forbid a truncate
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(f"TRUNCATE {names} RESTART IDENTITY")
        else:
            for model in ours:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - our own table names
    reset_sequences(ours)
