"""What a case definition 办件定义 is made of: states, fields, transitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from lantai.core.dates import DateNotUnderstood, parse_date

REMIND_WORKING_DAYS = 2  # so long before its day a step is reminded of, where nothing else is said


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
    remind_working_days: int = REMIND_WORKING_DAYS  # so many working days before the clock runs out
    escalate: str = ""  # the role that is told when it has run out


@dataclass(frozen=True)
class Field:
    """What a person gives when a case is opened or moved 填写项.

    ``options`` are [code, 中文, English]; ``institution`` holds a code and makes that body a
    party to the case; ``file`` takes any number of files, kept with their digests. ``preset``
    names a list of lines to begin with, chosen by the field ``preset_by``.
    """

    name: str
    label_zh: str = ""
    label_en: str = ""
    datatype: str = "text"  # one of FIELD_TYPES
    required: bool = False
    vocabulary: str = ""
    max_length: int = 2000
    options: tuple[tuple[str, str, str], ...] = ()
    help_zh: str = ""
    help_en: str = ""
    minimum: float | None = None
    maximum: float | None = None
    preset: str = ""
    preset_by: str = ""


@dataclass(frozen=True)
class Document:
    """A paper 文书 printed from the case: a template of lines with {names} of its values.

    ``# `` begins a heading, ``- `` a list item, ``|`` a table row, ``> `` a signature; ``states``
    say when it may be printed (empty: always). ``template_en`` is for readers of English.
    """

    id: str
    label_zh: str = ""
    label_en: str = ""
    template: str = ""
    template_en: str = ""
    states: tuple[str, ...] = ()


@dataclass(frozen=True)
class Transition:
    """A step 办理动作 from any of ``from_states`` to ``to``; ``effect`` names an operation."""

    id: str
    from_states: tuple[str, ...]
    to: str
    label_zh: str = ""
    label_en: str = ""
    permission: str = ""
    who: str = ""
    guard: str = ""
    guard_zh: str = ""
    guard_en: str = ""
    fields: tuple[Field, ...] = ()
    effect: str = ""
    tone: str = ""  # "", primary or danger
    restart_clock: bool = False  # a step that stays in its state gives the state's time anew
    event: str = ""
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A line of a register 台账 that the case writes and keeps up to date as it moves.

    ``values`` are templates of {names} (a single {name} gives the field's own value); ``states``
    turns the case's state into the code of the register's field ``state``; ``codes`` turns values
    of the case into codes of the register, field by field; ``count`` says how often a step was
    made, ``sum`` adds up a number given with the steps. With ``existing`` it only keeps up a line
    that stands in the register already.
    """

    register: str
    values: Mapping[str, str] = field(default_factory=dict)
    state: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    count: Mapping[str, str] = field(default_factory=dict)
    sum: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    existing: bool = False

    @property
    def filled(self) -> tuple[str, ...]:
        """The register's fields that the case fills in."""
        named = (self.state,) if self.state else ()
        return (*self.values, *named, *self.count, *self.sum)


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
    open_who: str = ""  # roles that may open one from the desk's start form
    at: str = "opener"  # where it lies: opener, authority (above the opener) or archives
    title: str = ""  # a template of {names} of the fields; empty: the person writes it
    source: str = ""
    printed: tuple[Document, ...] = ()
    entries: tuple[Entry, ...] = ()
    allow: tuple[str, ...] = ("return", "withdraw", "delegate", "urge", "recuse")
    public_states: tuple[str, ...] = ()  # the public sees cases in these states
    public_fields: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)  # states of earlier versions

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

    @cached_property
    def every_field(self) -> Mapping[str, Field]:
        """All fields by name: those of the start form, then those of the transitions."""
        found = {entry.name: entry for entry in self.fields}
        for step in self.transitions:
            for entry in step.fields:
                found.setdefault(entry.name, entry)
        return found

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


def _is_number(value: Any) -> bool:
    try:
        return abs(float(str(value))) < 1e15
    except ValueError:
        return False


KINDS_OF_PLACE = ("opener", "authority", "archives")
ALLOWANCES = ("return", "withdraw", "delegate", "urge", "recuse")
FIELD_TYPES: dict[str, Any] = {
    "number": _is_number,
    "money": _is_number,
    "institution": lambda value: isinstance(value, (str, list)),
    "person": lambda value: isinstance(value, str),
    "files": lambda value: True,
    "text": lambda value: isinstance(value, str),
    "lines": lambda value: isinstance(value, (str, list)),
    "list": lambda value: isinstance(value, list),
    "code": lambda value: isinstance(value, str),
    "date": _is_date,
    "integer": _is_integer,
    "boolean": lambda value: (
        isinstance(value, bool) or value in ("是", "否", "true", "false", "on")
    ),
    "file": lambda value: True,
}
