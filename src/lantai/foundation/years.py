"""The year of a day in the database, as an index can hold it.

An index of days has a place of its own for each of thousands; rows entered in no order of their
days each write a page of it. One of years has a place for each of some dozens, at which it grows.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Func, SmallIntegerField


class YearOf(Func):
    """The year of a date column as a number, said without parameters: so an index knows it again."""

    arity = 1
    output_field = SmallIntegerField()
    template = "CAST(EXTRACT(YEAR FROM %(expressions)s) AS smallint)"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Dates are texts there, the year first."""
        template = "CAST(substr(%(expressions)s, 1, 4) AS integer)"
        return self.as_sql(compiler, connection, template=template, **extra)
