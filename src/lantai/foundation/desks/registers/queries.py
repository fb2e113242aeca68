"""Questions about registers: who may see which entries, and a page of them in any order."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from lantai.core.desks.register_definition import RegisterDefinition
from lantai.core.desks.register_values import read_value
from lantai.core.text import fold
from lantai.foundation.desks.places import own_places, reached
from lantai.foundation.desks.registers.definitions import definition_of, register_definitions
from lantai.foundation.desks.registers.keys import key_of
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import Operator, standings
from lantai.foundation.refusal import NotFound, NotPermitted

PAGE = 50
MOST_PAGE = 1_000


@dataclass
class Wanted:
    """What a reader asks of a register's list."""

    text: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)  # field → code or text; institution
    sort: str = ""  # a field, "updated_at" or "title"; "-" before it turns it round
    after: str = ""
    limit: int = PAGE


@dataclass(frozen=True)
class Page:
    """Some entries, and the cursor of those that follow ("" at the end)."""

    rows: list[RegisterEntry]
    next: str


def registers_for(actor: Any) -> list[RegisterDefinition]:
    """The registers a person's roles open, in the order of ids."""
    held = {role for role, _place in standings(actor)}
    return [
        definition
        for definition in register_definitions().all().values()
        if isinstance(actor, Operator) or any(held & set(line.roles) for line in definition.see)
    ]


def keepers_for(actor: Any, definition: RegisterDefinition) -> list[Institution]:
    """The institutions at which a person may enter something in a register."""
    mine = own_places(actor, definition.write)
    return [place for place in mine if place.kind in definition.holders]


def entries_for(actor: Any, definition: RegisterDefinition) -> QuerySet[RegisterEntry]:
    """The entries of a register that a person may see. `NotPermitted` with no role for it."""
    places = reached(actor, definition.see)
    if places is not None and not places:
        raise NotPermitted(
            f"您的角色不能查看“{definition.label_zh}”；如有需要，请联系安全保密管理员授权。",
            "Your roles do not open this register; ask the security administrator.",
        )
    rows = RegisterEntry.objects.filter(register=definition.id, withdrawn_at=None)
    return rows if places is None else rows.filter(institution_id__in=places)


def entry_for(actor: Any, key: str, pk: int) -> tuple[RegisterEntry, RegisterDefinition]:
    """One entry the person may see, with the definition in force where it is kept."""
    rows = entries_for(actor, definition_of(key)).select_related("institution")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("没有这条台账记录，或它不归您查看。", "No such entry, or it is not yours.")
    return row, definition_of(key, row.institution)


def public_entries(definition: RegisterDefinition) -> QuerySet[RegisterEntry]:
    """What of a register the public may read."""
    if definition.publication == "closed":
        return RegisterEntry.objects.none()
    return RegisterEntry.objects.filter(
        register=definition.id, withdrawn_at=None, is_public=True
    ).order_by("title", "pk")


def narrowed(
    rows: QuerySet[RegisterEntry], definition: RegisterDefinition, wanted: Wanted
) -> QuerySet[RegisterEntry]:
    """The entries that fit the text and the filters; every word of the text must be there."""
    for word in fold(wanted.text).split()[:10]:
        rows = rows.filter(search_text__contains=word)
    for name, value in wanted.filters.items():
        if name == "institution":
            rows = rows.filter(institution__code=value)
        elif name in definition.by_field and value != "":
            rows = rows.filter(_equals(definition, name, value))
    return rows


def _equals(definition: RegisterDefinition, name: str, value: str) -> Q:
    entry = definition.by_field[name]
    if entry.type == "date":  # a year, a month or a day, as far as it was given
        if name in definition.indexed:
            return Q(**{f"key_{definition.indexed.index(name) + 1}__startswith": value})
        return Q(**{f"values__{name}__startswith": value})
    try:
        wanted = read_value(entry, value)
    except ValueError:
        return Q(pk__in=[])
    if entry.type == "codes":
        return Q(**{f"values__{name}__icontains": f'"{wanted[0]}"'})
    if name in definition.indexed:
        return Q(**{f"key_{definition.indexed.index(name) + 1}": key_of(entry, wanted)})
    return Q(**{f"values__{name}": wanted})


def page_of(rows: QuerySet[RegisterEntry], definition: RegisterDefinition, wanted: Wanted) -> Page:
    """A page by keyset: as quick at the millionth entry as at the first."""
    column, down = sort_column(definition, wanted.sort)
    limit = max(1, min(wanted.limit, MOST_PAGE))
    order = [f"-{column}", "-pk"] if down else [column, "pk"]
    rows = narrowed(rows, definition, wanted).order_by(*(order if column != "pk" else order[:1]))
    if wanted.after:
        value, pk = read_cursor(wanted.after)
        sign = "lt" if down else "gt"
        beyond = Q(**{f"{column}__{sign}": value}) | Q(**{column: value, f"pk__{sign}": pk})
        rows = rows.filter(Q(**{f"pk__{sign}": pk}) if column == "pk" else beyond)
    found = list(rows.select_related("institution").defer("search_text")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], write_cursor(last, column) if last else "")


def sort_column(definition: RegisterDefinition, sort: str) -> tuple[str, bool]:
    """(column, downwards): what a list can be sorted by; newest first when it cannot."""
    name = sort.lstrip("-")
    columns = {"title": "title", definition.title: "title", "updated_at": "updated_at"}
    columns |= {field: f"key_{n}" for n, field in enumerate(definition.indexed, 1)}
    if definition.calendar and definition.calendar not in columns:
        columns[definition.calendar] = "day"
    column = columns.get(name, "pk")
    return ("pk", True) if column in ("pk", "day") else (column, sort.startswith("-"))


def write_cursor(row: RegisterEntry, column: str) -> str:
    """Where a page ended."""
    value = getattr(row, column)
    plain = value.isoformat() if hasattr(value, "isoformat") else value
    return base64.urlsafe_b64encode(json.dumps([plain, row.pk]).encode()).decode()


def read_cursor(text: str) -> tuple[Any, int]:
    """The place a cursor names; a broken one is a `NotFound`."""
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(text.encode()))
        return value, int(pk)
    except (ValueError, TypeError):
        raise NotFound("翻页位置无效，请从头看起。", "The place in the list is invalid.") from None


def due_between(rows: QuerySet[RegisterEntry], first: date, last: date) -> QuerySet[RegisterEntry]:
    """The entries whose calendar day lies between two days, in order."""
    return rows.filter(day__gte=first, day__lte=last).order_by("day", "pk")
