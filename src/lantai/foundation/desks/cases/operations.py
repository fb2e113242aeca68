"""Verbs of the cases desk: open a case, move it, hand it to somebody.

Each transition is an operation: its permission is named by the definition and asked here, its
event and outcome stand in the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models.functions import Length
from django.urls import reverse
from django.utils.timezone import localdate

from lantai.core.calendar import add_working_days
from lantai.core.desks.cases import CaseDefinition, State, Transition, check_transition
from lantai.foundation.accounts.models import Person
from lantai.foundation.desks.cases.definitions import CaseKind, case_definitions, kind_of
from lantai.foundation.desks.cases.facts import facts_of, places_of, policy_targets
from lantai.foundation.desks.cases.models import Case, CaseStep
from lantai.foundation.inbox.queue import attended, await_attention
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.policy import require
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, keep, note

ASSIGNEE = "assignee"  # in a state's ``who``: the one person the case is assigned to


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
        number=number or next_number(rules, institution, localdate(act.at).year),
        institution=institution,
        title=title[:300],
        state=start.id,
        data=plain(data or {}),
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
        raise Conflict(_dealt_with(current), "Somebody has just dealt with this; reload.")
    rules, kind = case_definitions().get(current.definition), kind_of(current)
    step = rules.by_transition.get(transition)
    if step is not None:
        _require_step(act, current, step, kind)
    given = plain(data or {})
    refusals = check_transition(
        rules, current.state, transition, facts_of(act.by, current, kind), given
    )
    if refusals or step is None:
        raise Refusal(
            "；".join(r.message_zh for r in refusals),
            "; ".join(r.message_en for r in refusals),
            code=refusals[0].code,
        )
    was, state = current.state, rules.by_state[step.to]
    current.state, current.state_since = step.to, act.at
    current.data = {**current.data, **{k: v for k, v in given.items() if v not in (None, "")}}
    current.version += 1
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
        note=act.reason or str(given.get("reason", "")),
        data=given,
    )
    keep(current, row)
    note(definition=current.definition, transition=transition, to=step.to)
    attended(act, subject=current.urn)
    if step.effect:
        _run_effect(act, current, step, given, kind)
    if current.state == step.to:  # an effect may have moved it on already
        _call_upon(act, current, rules, state)
    return current


@operation(permission="cases.assign", event="case_transition")
def assign_case(act: Act, /, *, case: Case, person: Person) -> Case:
    """Hand a case to one person, who finds it in the inbox."""
    current = Case.objects.select_for_update().select_related("institution").get(pk=case.pk)
    if current.closed_at:
        raise Refusal("这件事已经办结，不能再交办。", "The case is closed already.")
    if not person.assignments.filter(institution=current.institution).exists():
        raise Refusal(
            f"{person.name}在{current.institution.name}没有角色，不能交办；请另选经办人。",
            f"{person.name} holds no role at {current.institution.name}; choose another person.",
        )
    current.assignee, current.version = person, current.version + 1
    current.save(update_fields=["assignee", "version"])
    keep(current)
    note(assignee=person.urn)
    rules = case_definitions().get(current.definition)
    label = rules.by_state[current.state].label_zh
    await_attention(
        act, institution=current.institution, person=person, subject=current.urn,
        kind=f"{rules.id}.{current.state}", title=f"{label}：{current.title}",
        url=case_url(current), due_date=current.due_date,
    )  # fmt: skip
    return current


def next_number(rules: CaseDefinition, institution: Institution, year: int) -> str:
    """The next case number of the definition at the institution in the year.

    The institution's row is locked: two cases opened at one time get two numbers.
    """
    Institution.objects.select_for_update().get(pk=institution.pk)
    stem = f"{rules.extra.get('number_prefix', '')}{institution.code}-{year}-"
    taken = Case.objects.filter(number__startswith=stem)
    last = taken.order_by(Length("number").desc(), "-number").first()
    serial = int(last.number.rsplit("-", 1)[1]) + 1 if last else 1
    return f"{stem}{serial:05d}"


def case_url(case: Case) -> str:
    """Where the case is dealt with."""
    kind = kind_of(case)
    return reverse(kind.url_name or "cases:case", args=[case.number])


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Form values as JSON keeps them: dates as ISO text."""
    return {
        key: value.isoformat() if isinstance(value, (date, datetime)) else value
        for key, value in values.items()
    }


def _require_step(act: Act, case: Case, step: Transition, kind: CaseKind) -> None:
    if not step.permission:
        raise Refusal(
            f"办件定义没有写明谁可以“{step.label_zh}”，因此不能办理；请告知系统管理员。",
            f"The definition does not say who may “{step.label_en}”; tell the administrator.",
            code="not-permitted",
        )
    require(act.by, step.permission, **policy_targets(case, kind))


def _run_effect(
    act: Act, case: Case, step: Transition, given: dict[str, Any], kind: CaseKind
) -> None:
    effect = (kind.effects or {}).get(step.effect)
    if effect is None:
        raise LookupError(f"{case.definition}: no effect {step.effect!r} in its workflow.py")
    effect(act, case=case, data=given)
    case.refresh_from_db()


def _dealt_with(case: Case) -> str:
    last = case.steps.order_by("-pk").first()
    who = f"{last.by_name}（{last.at.astimezone():%H:%M}）" if last else "别人"
    return f"这件事刚刚由{who}办理过，您的操作没有保存；请刷新后再看。"


def _due(state: State, act: Act) -> date | None:
    if not state.clock_working_days:
        return None
    return add_working_days(localdate(act.at), state.clock_working_days)


def _call_upon(act: Act, case: Case, rules: CaseDefinition, state: State) -> None:
    """Put the case into the inbox of the roles its new state waits for."""
    if state.kind == "end":
        return
    line = {
        "subject": case.urn,
        "kind": f"{rules.id}.{state.id}",
        "title": f"{state.label_zh}：{case.title}",
        "url": case_url(case),
        "due_date": case.due_date,
    }
    for who in state.who.replace(",", " ").split():
        if who == ASSIGNEE:
            if case.assignee_id:
                await_attention(act, institution=case.institution, person=case.assignee, **line)
            continue
        for place in places_of(case, who):
            await_attention(act, institution=place, role=who, **line)
