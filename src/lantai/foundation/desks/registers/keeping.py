"""Keeping 随办登记: a line of a register that another matter writes, inside that matter's own operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from lantai.core.desks.register_definition import RegisterDefinition
from lantai.core.desks.register_values import identity_of, read_entry
from lantai.foundation.desks.registers.keys import fill
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.desks.registers.operations import new_entry, turn_over
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act, keep


def line_of(
    register: RegisterDefinition, place: Institution, values: Mapping[str, Any]
) -> RegisterEntry | None:
    """The line with the same key, locked."""
    rows = RegisterEntry.objects.select_for_update().filter(
        register=register.id, institution=place, withdrawn_at=None
    )
    return rows.filter(identity=identity_of(register, values)).first()


def is_complete(register: RegisterDefinition, values: Mapping[str, Any]) -> bool:
    """Does every required field have a value?"""
    return all(values.get(f.name) not in ("", None, []) for f in register.shown if f.required)


def keep_line(
    act: Act,
    register: RegisterDefinition,
    place: Institution,
    given: Mapping[str, Any],
    *,
    source: str,
    row: RegisterEntry | None = None,
) -> RegisterEntry:
    """Write the line, or bring it up to date; what it was is kept. Blanks erase nothing."""
    told = {name: value for name, value in given.items() if value not in ("", None, [])}
    merged = {**(row.values if row else {}), **told}
    values, problems = read_entry(
        register, {name: merged[name] for name in register.by_field if name in merged}
    )
    if problems:
        raise Refusal(f"登记“{register.label_zh}”：" + "；".join(p.message_zh for p in problems),
                      "; ".join(p.message_en for p in problems), code="entry-refused")  # fmt: skip
    fresh = row is None
    if row is None:
        row = new_entry(act, register, place, values)
    elif {**row.values, **values} == row.values and row.source == source:
        return row
    else:
        turn_over(act, row)
        fill(row, register, {**row.values, **values})
    row.source = source
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refusal(f"“{register.label_zh}”中已有另一条同样的记录，请先核对。",
                      "The register has another line with the same key.") from None  # fmt: skip
    keep(row, kind="created" if fresh else "updated")
    return row
