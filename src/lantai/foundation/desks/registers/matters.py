"""Matters 关联办件: cases opened from an entry, and what they do to it when they end."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from lantai.core.desks.register_definition import Matter, RegisterDefinition
from lantai.core.registry import UnknownId
from lantai.foundation.desks.cases.authority import opening_places
from lantai.foundation.desks.cases.definitions import rules_for
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.presenting import case_row
from lantai.foundation.desks.cases.queries import cases_for
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.refusal import localised

_ENTRY = re.compile(r"register:([\w-]+)/(\d+)")


def links_of(
    actor: Any, definition: RegisterDefinition, entry: RegisterEntry
) -> list[dict[str, str]]:
    """What the person may open from the entry, with what it holds filled in."""
    found = []
    for matter in definition.matters:
        try:
            rules = rules_for(matter.case)
        except UnknownId:
            continue
        if not opening_places(actor, rules) or _under_way(entry, matter).exists():
            continue
        given = {
            name: entry.values[source]
            for name, source in matter.fields.items()
            if entry.values.get(source) not in (None, "", [])
        }
        asked = urlencode({**given, "subject": entry.urn})
        found.append({
            "label": localised(matter.label_zh, matter.label_en),
            "url": f"{reverse('cases:open', args=[matter.case])}?{asked}",
        })  # fmt: skip
    return found


def _under_way(entry: RegisterEntry, matter: Matter) -> QuerySet[Case]:
    return Case.objects.filter(subject=entry.urn, definition=matter.case, closed_at=None)


def cases_of(actor: Any, entry: RegisterEntry) -> list[dict[str, Any]]:
    """The cases about the entry that the person may see."""
    return [case_row(case) for case in cases_for(actor).filter(subject=entry.urn)]


def entry_of(case: Case) -> RegisterEntry | None:
    """The entry that the case is about, when its institution is a party to the case."""
    found = _ENTRY.fullmatch(case.subject or "")
    row = (
        RegisterEntry.objects.filter(register=found[1], pk=int(found[2])).first() if found else None
    )
    if row is None or row.withdrawn_at:
        return None
    near = {case.institution_id, *case.parties.values_list("institution", flat=True)}
    return row if row.institution_id in near else None


def ended_values(definition: RegisterDefinition, case: Case) -> dict[str, str]:
    """What the entry's fields become when the case has ended as it has."""
    for matter in definition.matters:
        if matter.case == case.definition:
            return dict(matter.closing.get(case.state, {}))
    return {}
