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
from lantai.core.desks.cases import CaseDefinition, Choice, Transition, available
from lantai.foundation.desks.cases.definitions import case_definitions, kind_of
from lantai.foundation.desks.cases.facts import facts_of, policy_targets
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.inbox.models import InboxItem
from lantai.foundation.policy import Operator, decide, permissions, standings
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
            mine |= Q(institution=place)
            called |= Q(institution=place, role=role)
    lines = InboxItem.objects.filter(called, subject=OuterRef("name_in_ledger"))
    return rows.annotate(name_in_ledger=Concat(Value("case:"), "number")).filter(
        mine | Exists(lines)
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
    allowed = permissions()["cases.see"].roles
    return any(
        role in allowed and place.pk == case.institution_id for role, place in standings(actor)
    )


def definition_of(case: Case) -> CaseDefinition:
    """The rules the case runs under."""
    return case_definitions().get(case.definition)


def buttons(actor: Any, case: Case) -> list[Button]:
    """Every transition that leaves the case's state, with the reason where it may not be made."""
    rules, kind = definition_of(case), kind_of(case)
    targets = policy_targets(case, kind)
    facts = facts_of(actor, case, kind)
    found = []
    for step in rules.from_state(case.state):
        label = localised(step.label_zh, step.label_en)
        decision = decide(actor, step.permission, **targets) if step.permission else None
        if not decision:
            unnamed = localised("定义没有写明谁可办理", "the definition names nobody for it")
            found.append(
                Button(step, label, False, decision.reason if decision is not None else unnamed)
            )
            continue
        choice = _choice(rules, case, step, facts)
        reason = localised(choice.reason_zh, choice.reason_en)
        found.append(Button(step, label, choice.allowed, "" if choice.allowed else reason))
    return sorted(found, key=lambda b: ["primary", "", "danger"].index(b.transition.tone))


def _choice(
    rules: CaseDefinition, case: Case, step: Transition, facts: Mapping[str, Any]
) -> Choice:
    """The step as it stands; where its guard asks for a field, as it would stand when filled in."""
    for filling in ("", "…"):
        given = {entry.name: filling for entry in step.fields}
        choice = next(
            c
            for c in available(rules, case.state, {**given, **facts})
            if c.transition.id == step.id
        )
        if choice.allowed:
            break
    return choice


def days_left(case: Case, today: date | None = None) -> int | None:
    """Working days until the state's clock runs out, negative when it has; None without one."""
    if case.due_date is None or case.closed_at:
        return None
    return working_days_between(today or localdate(), case.due_date)
