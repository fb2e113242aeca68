"""Verbs of the cases desk: open a case, move it, hand it to somebody.

Each transition is an operation: its permission is named by the definition and asked here, its
event and outcome stand in the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models.functions import Length
from django.urls import reverse
from django.utils.timezone import localdate

from lantai.core.calendar import add_working_days
from lantai.core.desks.case_reading import names_in
from lantai.core.desks.cases import (
    CaseDefinition,
    State,
    Transition,
    check_fields,
    check_transition,
)
from lantai.foundation.accounts.models import Person
from lantai.foundation.desks.adapting.operations import keep_definition
from lantai.foundation.desks.attachments.storing import StoredFile, attach
from lantai.foundation.desks.cases.authority import may_open, may_step, place_for
from lantai.foundation.desks.cases.definitions import DESK, NOBODY, CaseKind, kind_of, rules_for
from lantai.foundation.desks.cases.entering import enter_in_registers
from lantai.foundation.desks.cases.facts import facts_of, places_of
from lantai.foundation.desks.cases.models import Case, CaseParty, CaseStep
from lantai.foundation.desks.cases.words import words_of
from lantai.foundation.inbox.queue import attended, await_attention
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, NotPermitted, Refusal
from lantai.foundation.work import Act, keep, note

ASSIGNEE = "assignee"  # in a state's ``who``: the one person the case is assigned to


Files = Mapping[str, Sequence[StoredFile]]


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
    files: Files | None = None,
    source: str = "",
) -> Case:
    """Begin a matter in its definition's first state. The definition names who may.

    ``institution`` opens it; the definition's ``at`` says where it then lies. ``source`` names
    the row of a table that it begins from: there is one case for each.
    """
    rules = rules_for(definition)
    given = plain(data or {})
    require_fit(act, rules, institution, given, files)
    if source and Case.objects.filter(definition=definition, source=source).exists():
        raise Conflict("这一行已经立过件。", "A case was opened from this row already.")
    keep_definition(act, DESK, definition)
    place, start = place_for(rules, institution), rules.start
    case = Case.objects.create(
        definition=definition,
        definition_version=rules.version,
        number=number or next_number(rules, place, localdate(act.at).year),
        institution=place,
        title=(title or titled(rules, given))[:300],
        state=start.id,
        data=given,
        subject=subject,
        assignee=assignee,
        opened_by=act.by.urn,
        opened_at=act.at,
        state_since=act.at,
        due_date=due_on(start, act.at),
        source=source,
    )
    keep(case, kind="created")
    note(definition=definition, state=start.id)
    if place.pk != institution.pk:
        _join(act, case, institution, CaseParty.APPLICANT)
    _take_in(act, case, rules, given, files)
    enter_in_registers(act, case, rules)
    call_upon(act, case, rules, start)
    return case


def require_fit(
    act: Act, rules: CaseDefinition, institution: Institution, given: Mapping[str, Any],
    files: Files | None = None,
) -> None:  # fmt: skip
    """`NotPermitted` or `Refusal` unless the actor may begin a matter there with these values."""
    decision = may_open(act.by, rules, institution)
    if not decision:
        raise NotPermitted(decision.reason)
    if rules.open_who:
        _refuse_unfit(check_fields(rules.fields, _with_names(dict(given), files)))


@operation(permission="cases.move", event="case_transition")
def move_case(
    act: Act,
    /,
    *,
    case: Case,
    transition: str,
    data: dict[str, Any] | None = None,
    version: int | None = None,
    files: Files | None = None,
) -> Case:
    """Move a case along one transition: who, guard, fields, effect, clock, inbox."""
    current = Case.objects.select_for_update().select_related("institution").get(pk=case.pk)
    if version is not None and current.version != version:
        raise Conflict(_dealt_with(current), "Somebody has just dealt with this; reload.")
    rules, kind = rules_for(current.definition, current.definition_version), kind_of(current)
    step = rules.by_transition.get(transition)
    if step is not None:
        _require_step(act, current, step, kind)
    given = plain(data or {})
    asked = [entry.name for entry in step.fields] if step else []
    refusals = check_transition(
        rules, current.state, transition, facts_of(act.by, current, kind, asked),
        _with_names(given, files),
    )  # fmt: skip
    if step is None or refusals:
        raise Refusal(
            "；".join(r.message_zh for r in refusals),
            "; ".join(r.message_en for r in refusals),
            code=refusals[0].code,
        )
    return _moved(act, current, rules, step, given, files)


def _moved(
    act: Act, current: Case, rules: CaseDefinition, step: Transition, given: dict[str, Any],
    files: Files | None,
) -> Case:  # fmt: skip
    was, state = current.state, rules.by_state[step.to]
    moves_on = step.to != was or step.restart_clock
    current.state = step.to
    current.data = {**current.data, **{k: v for k, v in given.items() if v not in (None, "")}}
    current.version += 1
    if moves_on:
        current.state_since, current.due_date = act.at, due_on(state, act.at)
    current.closed_at = act.at if state.kind == "end" else None
    current.save()
    record_step(act, current, step.id, was, given)
    note(definition=current.definition, transition=step.id, to=step.to)
    attended(act, subject=current.urn)
    _take_in(act, current, rules, given, files)
    if step.effect:
        _run_effect(act, current, step, given, kind_of(current))
    enter_in_registers(act, current, rules)
    if current.state == step.to:  # an effect may have moved it on already
        call_upon(act, current, rules, state)
    return current


def record_step(
    act: Act, case: Case, name: str, was: str, data: Mapping[str, Any], text: str = ""
) -> CaseStep:
    """The line of the case's history for a move or another act; the case is kept with it."""
    row = CaseStep.objects.create(
        case=case,
        transition=name,
        from_state=was,
        to_state=case.state,
        by=act.by.urn,
        by_name=act.by.name,
        at=act.at,
        note=text or act.reason or str(data.get("reason", "")),
        data=dict(data),
    )
    keep(case, row)
    return row


def titled(rules: CaseDefinition, data: Mapping[str, Any]) -> str:
    """The title that the definition's template makes of the fields."""
    words = rules.title
    for name in names_in(rules.title):
        entry = rules.every_field.get(name)
        words = words.replace("{" + name + "}", words_of(entry, data.get(name)) if entry else "")
    return words.strip() or rules.label_zh


def _with_names(given: dict[str, Any], files: Files | None) -> dict[str, Any]:
    """The data with the names of the files that were sent along."""
    sent = {name: [f.name for f in stored] for name, stored in (files or {}).items() if stored}
    return {**given, **sent}


def _refuse_unfit(refusals: Sequence[Any]) -> None:
    if refusals:
        raise Refusal("；".join(r.message_zh for r in refusals),
                      "; ".join(r.message_en for r in refusals), code=refusals[0].code)  # fmt: skip


def _take_in(
    act: Act, case: Case, rules: CaseDefinition, given: Mapping[str, Any], files: Files | None
) -> None:
    """Keep the files, and make the institutions that were named parties to the case."""
    for name, stored in (files or {}).items():
        attach(act, subject=case.urn, role=name, files=stored)
    for name, value in given.items():
        entry = rules.every_field.get(name)
        if entry is None or entry.datatype != "institution" or not value:
            continue
        for code in value if isinstance(value, list) else [value]:
            place = Institution.objects.filter(code=code).first()
            if place is None:
                raise Refusal(
                    f"没有代码为 {code} 的机构，请从列表中选。", f"No institution {code}."
                )
            _join(act, case, place, name)


def _join(act: Act, case: Case, place: Institution, role: str) -> None:
    row, made = CaseParty.objects.get_or_create(case=case, institution=place, role=role)
    if made:
        keep(row, kind="created")


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
    rules = rules_for(current.definition, current.definition_version)
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
    if not step.permission and not step.who:
        raise Refusal(
            f"办件定义没有写明谁可以“{step.label_zh}”，因此不能办理；请告知系统管理员。",
            f"The definition does not say who may “{step.label_en}”; tell the administrator.",
            code="not-permitted",
        )
    decision = may_step(act.by, case, step, kind)
    if not decision:
        raise NotPermitted(decision.reason)


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


def due_on(state: State, since: datetime) -> date | None:
    """When the state's clock runs out, counted from the day the case came into it."""
    if not state.clock_working_days:
        return None
    return add_working_days(localdate(since), state.clock_working_days)


def call_upon(
    act: Act, case: Case, rules: CaseDefinition, state: State, kind: str = "", lead: str = ""
) -> int:
    """Put the case into the inbox of those its state waits for; how many lines there are."""
    if state.kind == "end":
        return 0
    line = {
        "subject": case.urn,
        "kind": kind or f"{rules.id}.{state.id}",
        "title": f"{lead or state.label_zh}：{case.title}",
        "url": case_url(case),
        "due_date": case.due_date,
    }
    called = 0
    for who in state.who.replace(",", " ").split():
        if who in (ASSIGNEE, "opener"):
            person = case.assignee if who == ASSIGNEE else _opener(case)
            if person:
                await_attention(act, institution=case.institution, person=person, **line)
                called += 1
            continue
        if who in NOBODY:
            continue
        for place in places_of(case, who):
            await_attention(act, institution=place, role=who.partition("@")[0], **line)
            called += 1
    return called


def _opener(case: Case) -> Person | None:
    name = case.opened_by.removeprefix("person:")
    return Person.objects.filter(username=name, is_active=True).first()
