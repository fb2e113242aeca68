"""Rows in bulk 成批写入: many rows of one table, their keys known before, without a model each.

A row is a mapping of column attributes to plain values; what is not given has the field's
default. For imports of millions: a model instance a row takes longer than the database does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models


def next_keys(model: type[models.Model], count: int) -> list[int]:
    """``count`` primary keys nobody else gets; inside a transaction that writes."""
    table, column = model._meta.db_table, model._meta.pk.column  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [f'"{table}"', column, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    first = (found[0] if found else 0) + 1
    return list(range(first, first + count))


def insert_rows(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows given by attribute name (``fonds_id``), all columns, in one statement each."""
    names, prepared, statement = _plan(model, connection.vendor)
    values = [
        [make(row[name]) if make is not None else row[name] for name, make in prepared]
        for row in rows
    ]
    if not values:
        return
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
    assert len(values[0]) == len(names)


@cache
def defaults(model: type[models.Model]) -> Mapping[str, Any]:
    """What a row has where nothing is given; fields with a made default must be given."""
    return {
        field.attname: field.get_default()
        for field in model._meta.concrete_fields
        if not field.has_default() or not callable(field.default) or field.default in (dict, list)
    }


@cache
def _plan(
    model: type[models.Model], vendor: str
) -> tuple[Sequence[str], Sequence[tuple[str, Callable[[Any], Any] | None]], str]:
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)  # names come from the models, never from outside
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608
    prepared = [(field.attname, _preparation(field, vendor)) for field in fields]
    return [field.attname for field in fields], prepared, statement


def _preparation(field: models.Field[Any, Any], vendor: str) -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        if vendor == "sqlite":
            return _json
        return lambda value: field.get_db_prep_save(value, connection)
    if vendor != "sqlite":
        return None
    if isinstance(field, models.UUIDField):
        return lambda value: value.hex
    if isinstance(field, models.DateTimeField):
        return lambda value: None if value is None else _moment(value)
    if isinstance(field, models.DateField):
        return lambda value: None if value is None else value.isoformat()
    return None


@cache
def _moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _json(value: Any) -> str:
    return "{}" if value == {} else json.dumps(value)
