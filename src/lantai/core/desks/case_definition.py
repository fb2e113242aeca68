"""What a case definition 办件定义 is made of: states, fields, transitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from lantai.core.dates import DateNotUnderstood, parse_date


class DefinitionError(ValueError):
    """A definition file is wrong: ``mistakes`` holds each as (file, line, zh, en)."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(m) for m in mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Mistake:
    """One mistake of a definition file with its place."""

    file: str
    line: int
    message_zh: str
    message_en: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message_zh} / {self.message_en}"


@dataclass(frozen=True)
class State:
    """A state 状态. ``kind``: start, normal or end; the clock runs in working days."""

    id: str
    label_zh: str = ""
    label_en: str = ""
    kind: str = "normal"
    clock_working_days: int = 0
    who: str = ""
    note_zh: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class Field:
    """What a person gives with a transition 办理填写项."""

    name: str
    label_zh: str = ""
    label_en: str = ""
    datatype: str = "text"  # text, lines, date, integer, boolean, code, file
    required: bool = False
    vocabulary: str = ""
    max_length: int = 2000


@dataclass(frozen=True)
class Transition:
    """A step 办理动作 from any of ``from_states`` to ``to``; ``effect`` names an operation."""

    id: str
    from_states: tuple[str, ...]
    to: str
    label_zh: str = ""
    label_en: str = ""
    permission: str = ""
    guard: str = ""
    guard_zh: str = ""
    guard_en: str = ""
    fields: tuple[Field, ...] = ()
    effect: str = ""
    tone: str = ""  # "", primary or danger
    event: str = ""
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseDefinition:
    """A kind of case 办件: what its states are and how it moves."""

    id: str
    version: str
    label_zh: str
    label_en: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    fields: tuple[Field, ...] = ()
    documents: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    verified: bool = True
    extra: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""

    @cached_property
    def by_state(self) -> Mapping[str, State]:
        """The states by id."""
        return {state.id: state for state in self.states}

    @cached_property
    def by_transition(self) -> Mapping[str, Transition]:
        """The transitions by id."""
        return {transition.id: transition for transition in self.transitions}

    @property
    def start(self) -> State:
        """The state a new case is in."""
        return next(state for state in self.states if state.kind == "start")

    def from_state(self, state: str) -> tuple[Transition, ...]:
        """The transitions that leave a state, guards not asked."""
        return tuple(t for t in self.transitions if state in t.from_states)


def _is_date(value: Any) -> bool:
    if isinstance(value, date):
        return True
    try:
        return bool(parse_date(str(value)))
    except DateNotUnderstood:
        return False


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and value.strip().isdecimal())


FIELD_TYPES: dict[str, Any] = {
    "text": lambda value: isinstance(value, str),
    "lines": lambda value: isinstance(value, (str, list)),
    "code": lambda value: isinstance(value, str),
    "date": _is_date,
    "integer": _is_integer,
    "boolean": lambda value: (
        isinstance(value, bool) or value in ("是", "否", "true", "false", "on")
    ),
    "file": lambda value: True,
}
