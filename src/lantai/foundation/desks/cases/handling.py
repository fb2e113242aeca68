"""Acts beside the moves: return 退回, withdraw 撤回, delegate 委派, urge 催办, recuse 回避, remind, migrate."""

from __future__ import annotations

from typing import Any

from lantai.core.desks.cases import CaseDefinition
from lantai.core.desks.foreseeing import state_after, values_gone
from lantai.foundation.accounts.models import Person
from lantai.foundation.desks.cases.authority import DELEGATED, RECUSED, is_recused, may_as, may_step
from lantai.foundation.desks.cases.definitions import NOBODY, case_definitions, kind_of, rules_for
from lantai.foundation.desks.cases.entering import enter_in_registers
from lantai.foundation.desks.cases.facts import places_of
from lantai.foundation.desks.cases.models import Case, CaseStep
from lantai.foundation.desks.cases.operations import (
    call_upon,
    case_url,
    due_on,
    record_step,
)
from lantai.foundation.desks.cases.words import words_of
from lantai.foundation.inbox.queue import attended, await_attention
from lantai.foundation.operation import operation
from lantai.foundation.policy import Operator, standings
from lantai.foundation.refusal import NotPermitted, Refusal
from lantai.foundation.work import Act, note

RETURNED, WITHDRAWN, URGED = "desk.return", "desk.withdraw", "desk.urge"
REMINDED, MIGRATED = "desk.remind", "desk.migrate"


@operation(permission="cases.move", event="case_transition")
def return_case(act: Act, /, *, case: Case, reason: str) -> Case:
    """Send it back 退回 to the state it came from, saying why."""
    current, rules = _open_and_locked(case, "return")
    _require_handler(act, current, rules)
    last = _last_move(current, rules)
    if last is None:
        raise Refusal("这件事还没有办过一步，无处可退。", "There is no step to send it back over.")
    if not reason.strip():
        raise Refusal("请写明退回的理由。", "Say why it is sent back.")
    return _put_back(act, current, rules, last, RETURNED, reason)


@operation(permission="cases.move", event="case_transition")
def withdraw_case(act: Act, /, *, case: Case, reason: str = "") -> Case:
    """Take back 撤回 one's own last step while nobody has gone on from it."""
    current, rules = _open_and_locked(case, "withdraw")
    last = current.steps.order_by("-pk").first()
    if last is None or last.by != act.by.urn or last.transition not in rules.by_transition:
        raise Refusal("只能撤回自己刚办的一步；已有人接着办理的，请对方退回。",
                      "Only your own last step can be taken back.")  # fmt: skip
    return _put_back(act, current, rules, last, WITHDRAWN, reason)


@operation(permission="cases.move", event="case_transition")
def delegate_case(act: Act, /, *, case: Case, person: Person, reason: str = "") -> Case:
    """Hand what is to be done now to another person 委派, who then may do it."""
    current, rules = _open_and_locked(case, "delegate")
    _require_handler(act, current, rules)
    near = {place.pk for place in _called(current, rules)} | {current.institution_id}
    if not person.is_active or not any(place.pk in near for _, place in standings(person)):
        raise Refusal(f"{person.name}不在办理这件事的单位，不能委派。",
                      f"{person.name} is not at a body that handles this.")  # fmt: skip
    if is_recused(person, current):
        raise Refusal(f"{person.name}已回避这件事，不能委派。", f"{person.name} is recused.")
    current.assignee, current.version = person, current.version + 1
    current.save(update_fields=["assignee", "version"])
    record_step(act, current, DELEGATED, current.state, {"person": person.urn}, reason)
    state = rules.by_state[current.state]
    await_attention(
        act, institution=current.institution, person=person, subject=current.urn,
        kind=f"{rules.id}.delegated", title=f"委派：{state.label_zh}：{current.title}",
        url=case_url(current), due_date=current.due_date,
    )  # fmt: skip
    return current


@operation(permission="cases.urge", event="case_transition")
def urge_case(act: Act, /, *, case: Case, reason: str = "") -> Case:
    """Press those it waits for 催办: a line of its own in their inbox."""
    current, rules = _open_and_locked(case, "urge")
    record_step(act, current, URGED, current.state, {}, reason)
    enter_in_registers(act, current, rules)
    state = rules.by_state[current.state]
    called = call_upon(act, current, rules, state, kind=f"{rules.id}.urged", lead="催办")
    note(called=called)
    return current


@operation(permission="cases.move", event="case_transition")
def recuse_from_case(act: Act, /, *, case: Case, reason: str, person: Person | None = None) -> Case:
    """Step aside 回避, or set somebody aside (who may assign may do that): no step by them after."""
    current, _rules = _open_and_locked(case, "recuse")
    whom = person or act.by
    if person is not None and person.urn != act.by.urn and not _leads(act.by, current):
        raise NotPermitted("决定他人回避须由本单位负责人办理。", "A leader decides on others.")
    if not reason.strip():
        raise Refusal("请写明回避的理由。", "Say why.")
    if current.assignee_id and current.assignee_id == whom.pk:
        current.assignee = None
    current.version += 1
    current.save(update_fields=["assignee", "version"])
    record_step(
        act, current, RECUSED, current.state, {"person": whom.urn, "name": whom.name}, reason
    )
    return current


@operation(permission="cases.remind", event="case_transition")
def remind_case(act: Act, /, *, case: Case, late: bool) -> Case:
    """Tell those it waits for that the clock runs out, and the next level when it has."""
    current, rules = _open_and_locked(case, "")
    state = rules.by_state[current.state]
    record_step(act, current, REMINDED, current.state, {"late": late})
    lead = "已超期" if late else "将到期"
    call_upon(
        act, current, rules, state, kind=f"{rules.id}.{'late' if late else 'soon'}", lead=lead
    )
    if late and state.escalate:
        for place in places_of(current, state.escalate):
            await_attention(
                act, institution=place, role=state.escalate.partition("@")[0],
                subject=current.urn, kind=f"{rules.id}.escalated",
                title=f"超期：{state.label_zh}：{current.title}", url=case_url(current),
                due_date=current.due_date,
            )  # fmt: skip
    return current


@operation(permission="definitions.adapt", event="case_transition")
def migrate_case(act: Act, /, *, case: Case) -> Case:
    """Put an open case under the rules as they stand now; its clock is set anew from its state."""
    current, old = _open_and_locked(case, "")
    new = rules_for(current.definition)
    if new.version == old.version:
        raise Refusal("已经是现行版本。", "It is under the present version already.")
    state = state_after(new, current.state)
    if not state:
        label = (
            old.by_state[current.state].label_zh if current.state in old.by_state else current.state
        )
        raise Refusal(f"新版本没有“{label}”这一状态，也没有写明并入哪个状态；请先办过这一步。",
                      f"The new version has no state {current.state!r}.")  # fmt: skip
    was, gone = current.state, values_gone(new, current.data)
    current.data = {k: v for k, v in current.data.items() if k not in gone}
    current.state, current.definition_version = state, new.version
    current.due_date = due_on(new.by_state[state], current.state_since)
    current.version += 1
    current.save()
    told = {"from": old.version, "to": new.version, "gone": _told(old, gone)}
    record_step(act, current, MIGRATED, was, told)
    note(**told)
    attended(act, subject=current.urn)
    call_upon(act, current, new, new.by_state[state])
    return current


def _told(rules: CaseDefinition, values: dict[str, Any]) -> list[dict[str, str]]:
    """Values whose field is gone, in words: the history keeps them."""
    known = rules.every_field
    return [
        {"zh": known[name].label_zh if name in known else name,
         "en": known[name].label_en if name in known else name,
         "value": words_of(known[name], value) if name in known else str(value)}
        for name, value in values.items()
    ]  # fmt: skip


def _open_and_locked(case: Case, allowance: str) -> tuple[Case, CaseDefinition]:
    current = Case.objects.select_for_update().select_related("institution").get(pk=case.pk)
    rules = rules_for(current.definition, current.definition_version)
    if current.closed_at:
        raise Refusal("这件事已经办结。", "The case is closed already.")
    if allowance and allowance not in rules.allow:
        raise Refusal(f"“{rules.label_zh}”的规则不允许这样办。", "The rules do not allow that.")
    return current, rules


def _require_handler(act: Act, case: Case, rules: CaseDefinition) -> None:
    """Whoever may make a step from here, or whom the state waits for."""
    if isinstance(act.by, Operator):
        return
    kind = kind_of(case)
    if any(may_step(act.by, case, step, kind) for step in rules.from_state(case.state)):
        return
    if may_as(act.by, case, rules.by_state[case.state].who) and not is_recused(act.by, case):
        return
    raise NotPermitted("这一步不归您办理。", "This step is not yours.")


def _last_move(case: Case, rules: CaseDefinition) -> CaseStep | None:
    """The move that led to where it stands."""
    return (
        case.steps.filter(to_state=case.state, transition__in=list(rules.by_transition))
        .order_by("-pk")
        .first()
    )


def _put_back(
    act: Act, case: Case, rules: CaseDefinition, last: CaseStep, name: str, reason: str
) -> Case:
    if rules.by_transition[last.transition].effect:
        raise Refusal("上一步已产生后续登记，不能直接退回；请用规则里的动作办理。",
                      "That step had an effect; use a step of the rules.")  # fmt: skip
    was, state = case.state, rules.by_state[last.from_state]
    case.state, case.state_since = state.id, act.at
    case.due_date = due_on(state, act.at)
    case.version += 1
    case.save()
    record_step(act, case, name, was, {}, reason)
    enter_in_registers(act, case, rules)
    attended(act, subject=case.urn)
    call_upon(act, case, rules, state)
    return case


def _called(case: Case, rules: CaseDefinition) -> list[Any]:
    words = rules.by_state[case.state].who.replace(",", " ").split()
    words += [w for step in rules.from_state(case.state) for w in step.who.split()]
    return [place for w in words if w not in NOBODY for place in places_of(case, w)]


def _leads(actor: Any, case: Case) -> bool:
    leading = {"archives_director", "supervisor", "unit_leader"}
    return any(r in leading and p.pk == case.institution_id for r, p in standings(actor))


def open_definitions() -> list[CaseDefinition]:
    """Definitions that may be started from the desk."""
    return [rules_for(key) for key, rules in case_definitions().all().items() if rules.open_who]
