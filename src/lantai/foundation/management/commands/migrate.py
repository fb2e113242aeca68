"""Django's `migrate`, which lays an empty database at once.

Going through every migration of an empty database makes Django render all models again for each step, some
ten seconds; from the models themselves the same tables take one. What is not empty goes the ordinary way.
`tests/foundation/test_schema.py` holds both ways to the same tables, indexes and constraints.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.commands import migrate
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


class Command(migrate.Command):
    """As Django's, but for an empty database."""

    def handle(self, *labels: Any, **options: Any) -> None:
        whole = not any(
            options.get(name) for name in ("app_label", "fake", "plan", "check_unapplied", "prune")
        )
        if whole and not connections[options["database"]].introspection.table_names():
            lay_schema(options["database"])
        else:
            super().handle(*labels, **options)


def lay_schema(database: str) -> None:
    """Make every table of an empty database and note every migration as applied, in one transaction."""
    connection = connections[database]
    connection.prepare_database()
    emit_pre_migrate_signal(0, False, database, apps=apps, plan=[])
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        recorder = MigrationRecorder(connection)
        editor.create_model(recorder.Migration)
        for app, name in MigrationLoader(connection).disk_migrations:
            recorder.record_applied(app, name)
    emit_post_migrate_signal(0, False, database, apps=apps, plan=[])
