"""Key columns 索引列: what of an entry's values stands in columns, written so that it sorts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lantai.core.desks.register_definition import MOST_INDEXED, RegisterDefinition, RegisterField
from lantai.core.desks.register_values import earliest, identity_of, search_text, shown_value
from lantai.foundation.desks.registers.models import RegisterEntry

_SHIFT = 10**15  # below nothing that is entered, so that written numbers sort as numbers


def key_of(entry: RegisterField, value: Any) -> str:
    """A value as its key column holds it."""
    if value in ("", None, []):
        return ""
    if entry.is_number:
        return f"{value + _SHIFT:021.4f}"
    if isinstance(value, list):
        return "、".join(map(str, value))[:120]
    return str(value)[:120]


def fill(row: RegisterEntry, definition: RegisterDefinition, values: Mapping[str, Any]) -> None:
    """Set an entry's values and every column that follows from them."""
    row.values = dict(values)
    row.definition_version = definition.version
    shown = shown_value(definition.by_field[definition.title], values.get(definition.title))
    row.title = (shown or "—")[:300]
    row.identity = identity_of(definition, values)
    row.search_text = search_text(definition, values)
    row.day = earliest(values.get(definition.calendar)) if definition.calendar else None
    for number in range(MOST_INDEXED):
        name = definition.indexed[number] if number < len(definition.indexed) else ""
        key = key_of(definition.by_field[name], values.get(name)) if name else ""
        setattr(row, f"key_{number + 1}", key)
