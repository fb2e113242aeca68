"""Verbs of the cases desk: open a case, move it, hand it to somebody.

Each transition is an operation: its permission is named by the definition and asked here, its
event and outcome stand in the ledger.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from lantai.core.calendar import add_working_days
from lantai.core.desks.cases import CaseDefinition, State, check_transition
from lantai.foundation.desks.cases.definitions import case_definitions, kind_of
from lantai.foundation.desks.cases.models import Case, CaseStep
from lantai.foundation.inbox.queue import attended, await_attention
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.policy import require
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, keep, note


@operation(permission="cases.open", event="case_opening")
def open_case(
    act: Act,
    /,
    *,
    definition: str,
    institution: Institution,
    title: str,
    data: dict[str, Any] | None = None,
    subject: str = "",
    number: str = "",
    assignee: Any = None,
) -> Case:
    """Begin a matter in its definition's first state. The definition names who may."""
    rules = case_definitions().get(definition)
    if rules.extra.get("open_permission"):
        require(act.by, rules.extra["open_permission"], institution=institution)
    start = rules.start
    case = Case.objects.create(
        definition=definition,
        definition_version=rules.version,
        number=number or next_number(rules, institution, act.at.year),
        institution=institution,
        title=title[:300],
        state=start.id,
        data=data or {},
        subject=subject,
        assignee=assignee,
        opened_by=act.by.urn,
        opened_at=act.at,
        state_since=act.at,
        due_date=_due(start, act),
    )
    keep(case, kind="created")
    note(definition=definition, state=start.id)
    _call_upon(act, case, rules, start)
    return case


@operation(permission="cases.move", event="case_transition")
def move_case(
    act: Act,
    /,
    *,
    case: Case,
    transition: str,
    data: dict[str, Any] | None = None,
    version: int | None = None,
) -> Case:
    """Move a case along one transition: who, guard, fields, effect, clock, inbox."""
    current = Case.objects.select_for_update().select_related("institution").get(pk=case.pk)
    if version is not None and current.version != version:
        raise Conflict(
            "这件事刚刚由别人办理过，请刷新后再看。", "Somebody has just dealt with this; reload."
        )
    rules, kind = case_definitions().get(current.definition), kind_of(current)
    given = data or {}
    facts = {**(kind.facts(current) if kind.facts else {}), **_person_facts(act, current)}
    refusals = check_transition(rules, current.state, transition, facts, given)
    if refusals:
        raise Refusal(
            "；".join(r.message_zh for r in refusals),
            "; ".join(r.message_en for r in refusals),
            code=refusals[0].code,
        )
    step = rules.by_transition[transition]
    require(act.by, step.permission, institution=current.institution, case=current)
    was = current.state
    current.state, current.state_since = step.to, act.at
    current.data = {**current.data, **{k: v for k, v in given.items() if v not in (None, "")}}
    current.version += 1
    state = rules.by_state[step.to]
    current.due_date = _due(state, act)
    current.closed_at = act.at if state.kind == "end" else None
    current.save()
    row = CaseStep.objects.create(
        case=current,
        transition=transition,
        from_state=was,
        to_state=step.to,
        by=act.by.urn,
        by_name=act.by.name,
        at=act.at,
        note=act.reason,
        data=given,
    )
    keep(current, row)
    note(definition=current.definition, transition=transition, to=step.to)
    attended(act, subject=current.urn)
    if step.effect:
        effects = kind.effects or {}
        effects[step.effect](act, case=current, data=given)
    _call_upon(act, current, rules, state)
    return current


def next_number(rules: CaseDefinition, institution: Institution, year: int) -> str:
    """The next case number of the definition at the institution in the year."""
    stem = f"{rules.extra.get('number_prefix', '')}{institution.code}-{year}-"
    last = Case.objects.filter(number__startswith=stem).order_by("-number").first()
    serial = int(last.number.rsplit("-", 1)[1]) + 1 if last else 1
    return f"{stem}{serial:05d}"


def case_url(case: Case) -> str:
    """Where the case is dealt with."""
    kind = kind_of(case)
    return reverse(kind.url_name or "cases:case", args=[case.number])


def _person_facts(act: Act, case: Case) -> dict[str, Any]:
    steps = case.steps.order_by("pk").values_list("transition", "by")
    return {"me": act.by.urn, "done_by": dict(steps)}


def _due(state: State, act: Act) -> date | None:
    if not state.clock_working_days:
        return None
    return add_working_days(act.at.date(), state.clock_working_days)


def _call_upon(act: Act, case: Case, rules: CaseDefinition, state: State) -> None:
    """Put the case into the inbox of the roles its new state waits for."""
    if state.kind == "end":
        return
    for role in state.who.replace(",", " ").split():
        await_attention(
            act,
            institution=case.institution,
            role=role,
            subject=case.urn,
            kind=f"{rules.id}.{state.id}",
            title=f"{state.label_zh}：{case.title}",
            url=case_url(case),
            due_date=case.due_date,
        )
