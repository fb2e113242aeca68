"""RowNumber 行号: a number that is the row itself, where the database has such a thing.

SQLite finds a row by an ``integer`` primary key without any index; a ``bigint`` one is a column
with an index beside, written and read for every row.
"""

from __future__ import annotations

from typing import Any

from django.db import models


class RowNumber(models.BigIntegerField):
    """A primary key of 64 bits whose values are given, not drawn."""

    def db_type(self, connection: Any) -> str | None:
        """``integer`` on SQLite, which has 64 bits there."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)
