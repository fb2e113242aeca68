"""Questions of notices: which kinds of matter are public, and which matters of a kind."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from lantai.core.desks.cases import CaseDefinition
from lantai.foundation.desks.cases.definitions import case_definitions
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.presenting import state_label
from lantai.foundation.desks.cases.queries import definition_of
from lantai.foundation.desks.cases.words import words_of
from lantai.foundation.refusal import localised


def public_kinds() -> dict[str, CaseDefinition]:
    """Every definition with states that the public sees."""
    return {key: one for key, one in case_definitions().all().items() if one.public_states}


def public_cases(kind: CaseDefinition) -> QuerySet[Case]:
    """Its matters in those states, the newest first."""
    rows = Case.objects.filter(definition=kind.id, state__in=kind.public_states)
    return rows.select_related("institution").order_by("-pk")


def told_of(case: Case) -> dict[str, Any]:
    """What the public reads of a matter: its public fields and no other."""
    rules = definition_of(case)
    values = []
    for name in rules.public_fields:
        entry = rules.every_field[name]
        words = words_of(entry, case.data.get(name), get_language() or "zh")
        if words:
            values.append(
                {"label": localised(entry.label_zh, entry.label_en), "value": words,
                 "wide": entry.datatype == "lines"}
            )  # fmt: skip
    return {
        "title": case.title, "at": case.state_since, "authority": case.institution.name,
        "state": state_label(rules, case.state), "closed": bool(case.closed_at),
        "draw": case.data.get("draw", ""), "values": values,
    }  # fmt: skip
