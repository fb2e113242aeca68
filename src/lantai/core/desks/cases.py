"""What may be done with a case 办件: transitions that are open now, and why others are not.

Definitions are data files (`load_definition`); facts come from the caller's domain. Nothing
here changes anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from lantai.core.desks.case_definition import (
    FIELD_TYPES,
    CaseDefinition,
    DefinitionError,
    Field,
    Mistake,
    State,
    Transition,
)
from lantai.core.desks.case_reading import find_mistakes, load_definition
from lantai.core.desks.expressions import ExpressionError, compile_expression
from lantai.core.terms import vocabularies

__all__ = [
    "CaseDefinition",
    "Choice",
    "DefinitionError",
    "Field",
    "Mistake",
    "Refusal",
    "State",
    "Transition",
    "available",
    "check_fields",
    "check_transition",
    "find_mistakes",
    "load_definition",
]


@dataclass(frozen=True)
class Choice:
    """A transition as it stands for one case now: allowed, or why not."""

    transition: Transition
    allowed: bool
    reason_zh: str = ""
    reason_en: str = ""


@dataclass(frozen=True)
class Refusal:
    """One reason a transition may not be made; ``field`` is empty when it is no field's."""

    code: str  # unknown_transition, wrong_state, permission, guard, missing, invalid, unknown_field
    field: str
    message_zh: str
    message_en: str


def available(
    definition: CaseDefinition,
    state: str,
    facts: Mapping[str, Any],
    permissions: Collection[str] | None = None,
) -> list[Choice]:
    """Each transition that leaves the state, allowed or not and why; for buttons and lists.

    ``permissions`` None leaves permissions to the caller. A guard that cannot be worked out
    (a fact is missing) is not allowed: it fails closed.
    """
    choices = []
    for step in definition.from_state(state):
        reasons = _standing_refusals(step, facts, permissions)
        if reasons:
            choices.append(Choice(step, False, reasons[0].message_zh, reasons[0].message_en))
        else:
            choices.append(Choice(step, True))
    return choices


def _standing_refusals(
    step: Transition, facts: Mapping[str, Any], permissions: Collection[str] | None
) -> list[Refusal]:
    if permissions is not None and step.permission and step.permission not in permissions:
        return [Refusal("permission", "", "没有办理权限", "you may not do this")]
    if not step.guard:
        return []
    try:
        holds = compile_expression(step.guard).evaluate(facts)
    except ExpressionError as problem:
        return [Refusal("guard", "", f"条件无法判断：{problem.message_zh}",
                        f"the guard cannot be judged: {problem.message_en}")]  # fmt: skip
    if holds:
        return []
    return [Refusal("guard", "", step.guard_zh, step.guard_en)]


def check_transition(
    definition: CaseDefinition,
    state: str,
    transition_id: str,
    facts: Mapping[str, Any],
    data: Mapping[str, Any],
    *,
    permissions: Collection[str] | None = None,
) -> list[Refusal]:
    """Why the transition may not be made now with these data; empty when it may.

    The data are facts of the guard too, under their field names (a fact of the same name wins).
    """
    step = definition.by_transition.get(transition_id)
    if step is None:
        return [Refusal("unknown_transition", "", f"没有动作“{transition_id}”",
                        f"no transition {transition_id!r}")]  # fmt: skip
    if state not in step.from_states:
        label = definition.by_state[state].label_zh if state in definition.by_state else state
        return [Refusal("wrong_state", "", f"“{label}”状态下不能“{step.label_zh}”",
                        f"{step.label_en} is not possible in state {state}")]  # fmt: skip
    refusals = check_fields(step.fields, data)
    given = {entry.name: data.get(entry.name, "") for entry in step.fields}
    return refusals + _standing_refusals(step, {**given, **facts}, permissions)


def check_fields(fields: Collection[Field], data: Mapping[str, Any]) -> list[Refusal]:
    """What is wrong with values given for these fields: unknown, missing, of a bad form."""
    found = []
    known = {entry.name for entry in fields}
    for name in data:
        if name not in known:
            found.append(
                Refusal("unknown_field", name, f"没有填写项“{name}”", f"no field {name!r}")
            )
    for entry in fields:
        value = data.get(entry.name)
        if value in (None, "", []):
            if entry.required:
                found.append(Refusal("missing", entry.name, f"请填写“{entry.label_zh}”",
                                     f"{entry.label_en} is required"))  # fmt: skip
        elif not _fits(entry, value):
            found.append(Refusal("invalid", entry.name, f"“{entry.label_zh}”的值不合规",
                                 f"{entry.label_en} has a bad value"))  # fmt: skip
    return found


def _fits(entry: Field, value: Any) -> bool:
    if entry.options:
        return str(value) in {code for code, _, _ in entry.options}
    if entry.vocabulary:
        values = value if isinstance(value, list) else [value]
        return all(str(v) in vocabularies().get(entry.vocabulary) for v in values)
    if not FIELD_TYPES[entry.datatype](value) or len(str(value)) > entry.max_length:
        return False
    if entry.datatype not in ("integer", "number", "money"):
        return True
    low, high = entry.minimum, entry.maximum
    return (low is None or float(value) >= low) and (high is None or float(value) <= high)
