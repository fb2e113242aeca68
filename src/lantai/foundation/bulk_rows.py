"""Rows in bulk 成批写入: many rows of one table, their keys known before, without a model each.

Given column by column in plain values (keys, text, numbers, ISO dates); what is the same in all
rows is given once. For imports of millions: a model instance a row takes longer than the
database does.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import repeat
from typing import Any

from django.db import connection, models

from lantai.core.ledger.sheets import Sheet


def next_keys(model: type[models.Model], count: int) -> Sequence[int]:
    """``count`` primary keys nobody else gets; inside a transaction that writes."""
    table, column = model._meta.db_table, model._meta.pk.column  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [f'"{table}"', column, count],
            )
            keys = [row[0] for row in cursor.fetchall()]
            together = bool(keys) and keys[-1] - keys[0] == count - 1  # nobody drew any meanwhile
            return range(keys[0], keys[-1] + 1) if together else keys
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    first = (found[0] if found else 0) + 1
    return range(first, first + count)


def insert_columns(
    model: type[models.Model],
    count: int,
    columns: Mapping[str, Iterable[Any]],
    same: Mapping[str, Any],
) -> None:
    """Insert ``count`` rows given by attribute name (``fonds_id``), column by column.

    Values are those of the database's own driver, moments excepted: a JSON column is given as
    text, a UUID as 32 hexadecimal digits, a date in ISO form.
    """
    kept = {name: _stored(value) for name, value in same.items()}
    copied = connection.vendor == "postgresql"
    # what is the same in all rows is said once in the statement if it can be, not given row by row
    said = {} if copied else {n: word for n, v in kept.items() if (word := _word(v))}
    given = {name: value for name, value in kept.items() if name not in said}
    names = [*columns, *given, *said]
    fields = {field.attname: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    listed = ", ".join(quote(fields[name].column) for name in names)
    table = quote(model._meta.db_table)  # names come from the models, never from outside
    rows = zip(*columns.values(), *(repeat(v, count) for v in given.values()), strict=True)
    with connection.cursor() as cursor:
        if copied:
            started = cursor.copy(f"COPY {table} ({listed}) FROM STDIN")
            with connection.wrap_database_errors, started as copy:  # Django's own error types
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join([*["%s"] * (len(columns) + len(given)), *said.values()])
        cursor.executemany(
            f"INSERT INTO {table} ({listed}) VALUES ({marks})",  # noqa: S608
            rows,
        )


def update_columns(
    model: type[models.Model], keys: Sequence[int], columns: Mapping[str, Sequence[Any]]
) -> None:
    """Set columns of rows known by their keys, in Python's own values."""
    names = list(columns)
    fields = {field.attname: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    marks = ", ".join(f"{quote(fields[name].column)} = %s" for name in names)
    key = quote(model._meta.pk.column)  # type: ignore[union-attr]
    rows = zip(*(_stored_all(list(columns[name])) for name in names), keys, strict=True)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(model._meta.db_table)} SET {marks} WHERE {key} = %s",  # noqa: S608
            list(rows),
        )


def sheet_of(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> Sheet:
    """Rows of one table as the ledger keeps them: what is the same in all is told once."""
    key = model._meta.pk.attname  # type: ignore[union-attr]
    names = [f.attname for f in model._meta.concrete_fields if f.attname != key]
    columns = {name: [_told(row[name]) for row in rows] for name in names}
    same = {
        name: values[0] for name, values in columns.items() if all(v == values[0] for v in values)
    }
    varied = {name: values for name, values in columns.items() if name not in same}
    return Sheet(model._meta.label, key, [row[key] for row in rows], same, varied)


def _told(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def insert_rows(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows given as a mapping each, in Python's own values; what is no column is left out."""
    given = list(rows)
    if not given:
        return
    names = [f.attname for f in model._meta.concrete_fields if f.attname in given[0]]
    columns = {name: _stored_all([row[name] for row in given]) for name in names}
    insert_columns(model, len(given), columns, {})


def keys_by(
    model: type[models.Model], column: str, values: Iterable[str], where: Mapping[str, int]
) -> dict[str, int]:
    """Primary key by value of a text column, of the rows where the others are as told.

    One question however many values; empty values are not looked for. An index must begin with
    the first of ``where``, then the column.
    """
    wanted = [value for value in dict.fromkeys(values) if value]
    if not wanted:
        return {}
    quote = connection.ops.quote_name
    fields = {field.attname: field.column for field in model._meta.concrete_fields}
    name = quote(fields[column])
    key = quote(model._meta.pk.column)  # type: ignore[union-attr]
    conditions = [f"{quote(fields[other])} = %s" for other in where]
    if connection.vendor == "sqlite":
        # the plus keeps SQLite from an index of these alone, by which it would read every record
        # of a fonds to find a few
        conditions[1:] = [f"+{condition}" for condition in conditions[1:]]
    # told in the words of the partial index, so that it can be used
    conditions.append(f"NOT ({name} = '')")
    asked: Any = wanted
    if connection.vendor == "postgresql":
        conditions.append(name + " = ANY(%s)")
    else:
        conditions.append(name + " IN (SELECT value FROM json_each(%s))")  # noqa: S608
        asked = json.dumps(wanted)
    statement = (
        f"SELECT {name}, {key} FROM {quote(model._meta.db_table)} "  # noqa: S608
        f"WHERE {' AND '.join(conditions)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*where.values(), asked])
        return dict(cursor.fetchall())


def among(model: type[models.Model], column: str, values: Sequence[str]) -> models.QuerySet[Any]:
    """The rows with one of many values in a column: one parameter, however many they are."""
    name = _quoted(model, column)
    if connection.vendor == "postgresql":
        kind = model._meta.get_field(column).db_type(connection)
        return model._base_manager.extra(  # noqa: S610
            where=[f"{name} = ANY(%s::{kind}[])"], params=[list(values)]
        )
    return model._base_manager.extra(  # noqa: S610
        where=[f"{name} IN (SELECT value FROM json_each(%s))"],  # noqa: S608
        params=[json.dumps(values)],
    )


def filled(rows: models.QuerySet[Any], column: str) -> models.QuerySet[Any]:
    """Those of the rows where a text column is not empty, said as its partial index says it:
    SQLite does not look for an index of a condition whose value is given apart."""
    model = rows.model
    name = _quoted(model, column)
    return rows.extra(where=[f"NOT ({name} = '')"])  # noqa: S610


def _quoted(model: type[models.Model], attname: str) -> str:
    """A column with its table, as a statement names it."""
    column = {field.attname: field.column for field in model._meta.concrete_fields}[attname]
    return ".".join(map(connection.ops.quote_name, (model._meta.db_table, column)))


@cache
def defaults(model: type[models.Model]) -> Mapping[str, Any]:
    """What a row has where nothing is given; fields with a made default must be given."""
    return {
        field.attname: field.get_default()
        for field in model._meta.concrete_fields
        if not field.has_default() or not callable(field.default) or field.default in (dict, list)
    }


_AS_IT_IS = frozenset({str, int, float, bool, type(None)})


def _stored_all(values: list[Any]) -> list[Any]:
    """A column of values; one of plain ones is not looked at value by value."""
    if _AS_IT_IS.issuperset(map(type, values)):
        return values
    return [_stored(value) for value in values]


_PLAIN = re.compile(r"[\w .:+-]*", re.ASCII)  # nothing that ends a text or asks for a value


def _word(value: Any) -> str:
    """A value that can be part of a statement as it stands; "" for one that cannot."""
    if value is None:
        return "NULL"
    if type(value) is str and _PLAIN.fullmatch(value):
        return f"'{value}'"
    return str(int(value)) if type(value) in (int, bool) else ""


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return value
