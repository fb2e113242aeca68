"""Questions about cases: which ones a person may see, and what may be done with one now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.timezone import localdate

from lantai.core.calendar import working_days_between
from lantai.core.desks.cases import CaseDefinition, Choice, Field, Transition, available
from lantai.foundation.desks.cases.authority import may_step
from lantai.foundation.desks.cases.definitions import kept_from, kind_of, roles_that_see, rules_for
from lantai.foundation.desks.cases.facts import facts_of
from lantai.foundation.desks.cases.models import Case, CaseParty
from lantai.foundation.inbox.models import InboxItem
from lantai.foundation.policy import Operator, permissions, standings
from lantai.foundation.refusal import NotFound, localised


@dataclass(frozen=True)
class Button:
    """A transition as one person sees it: may it be made, and if not, why."""

    transition: Transition
    label: str
    allowed: bool
    reason: str


def cases_for(actor: Any) -> QuerySet[Case]:
    """The cases at the person's institutions, and those that have come to them from elsewhere."""
    rows = Case.objects.select_related("institution", "assignee").order_by("-pk")
    if isinstance(actor, Operator):
        return rows
    allowed = permissions()["cases.see"].roles
    mine = Q(pk__in=[])
    called = Q(person_id=actor.pk) if getattr(actor, "pk", None) else Q(pk__in=[])
    for role, place in standings(actor):
        if role in allowed:
            mine |= Q(institution=place) & ~Q(definition__in=kept_from(role))
            called |= Q(institution=place, role=role)
    lines = InboxItem.objects.filter(called, subject=OuterRef("name_in_ledger"))
    parties = CaseParty.objects.filter(
        case=OuterRef("pk"), institution__in=[p for r, p in standings(actor) if r in allowed]
    )
    return rows.annotate(name_in_ledger=Concat(Value("case:"), "number")).filter(
        mine | Exists(lines) | Exists(parties)
    )


def case_for(actor: Any, number: str) -> Case:
    """One case the person may see; else `NotFound`."""
    row = cases_for(actor).filter(number=number).first()
    if row is None:
        raise NotFound(
            f"没有找到办件 {number}，或它不归您办理。", f"No case {number}, or it is not yours."
        )
    return row


def is_insider(actor: Any, case: Case) -> bool:
    """Does the person work at the case's institution (and so may read its internal notes)?"""
    if isinstance(actor, Operator):
        return True
    allowed = roles_that_see(case.definition)
    return any(
        role in allowed and place.pk == case.institution_id for role, place in standings(actor)
    )


def definition_of(case: Case) -> CaseDefinition:
    """The rules the case runs under."""
    return rules_for(case.definition, case.definition_version)


def buttons(actor: Any, case: Case) -> list[Button]:
    """Every transition that leaves the case's state, with the reason where it may not be made."""
    rules, kind = definition_of(case), kind_of(case)
    found = []
    for step in rules.from_state(case.state):
        label = localised(step.label_zh, step.label_en)
        decision = may_step(actor, case, step, kind)
        if not decision:
            found.append(Button(step, label, False, decision.reason))
            continue
        facts = facts_of(actor, case, kind, [entry.name for entry in step.fields])
        choice = _choice(rules, case, step, facts)
        reason = localised(choice.reason_zh, choice.reason_en)
        found.append(Button(step, label, choice.allowed, "" if choice.allowed else reason))
    return sorted(found, key=lambda b: ["primary", "", "danger"].index(b.transition.tone))


def _choice(
    rules: CaseDefinition, case: Case, step: Transition, facts: Mapping[str, Any]
) -> Choice:
    """The step as it stands; where its guard asks for a field, as it would stand when filled in."""
    for filled in (False, True):
        given = {entry.name: _filling(entry) if filled else "" for entry in step.fields}
        choice = next(
            c
            for c in available(rules, case.state, {**given, **facts})
            if c.transition.id == step.id
        )
        if choice.allowed:
            break
    return choice


def _filling(entry: Field) -> Any:
    """Some value of the field's kind, to see whether the guard would then hold."""
    if entry.datatype in ("integer", "number", "money"):
        return 1
    return ["…"] * 9 if entry.datatype in ("list", "file") else "…"


def days_left(case: Case, today: date | None = None) -> int | None:
    """Working days until the state's clock runs out, negative when it has; None without one."""
    if case.due_date is None or case.closed_at:
        return None
    return working_days_between(today or localdate(), case.due_date)
