"""Case definitions 办件定义: TOML files on the ``cases`` shelf of each domain and of the installation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from lantai.core.desks.adapting import Part
from lantai.core.desks.case_definition import DefinitionError, Mistake
from lantai.core.desks.case_reading import find_mistakes, read_definition
from lantai.core.desks.cases import CaseDefinition, Field, load_definition
from lantai.core.desks.definition_text import places_in
from lantai.core.registry import walk_modules
from lantai.foundation.desks.adapting.editable import EditableDesk, adapted, editable_desk
from lantai.foundation.desks.cases.entering import entry_mistakes
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.presets import presets
from lantai.foundation.desks.registers.beginnings import begun_by
from lantai.foundation.desks.shelf import OwnShelf
from lantai.foundation.policy import permissions, roles
from lantai.foundation.work import Act

_ROOT = Path(__file__).resolve().parents[3]
FLOORS = ("foundation", "governance", "catalogue", "preservation", "resources", "access")
NOBODY = {"assignee", "opener", "operator", "anyone"}  # words of ``who`` that are no role


def load_case(path: Path, data: dict[str, Any] | None = None) -> CaseDefinition:
    """`load_definition`, and whether the roles and permissions it names exist."""
    rules = load_definition(path, data)
    mistakes = [Mistake(path.name, 1, zh, en) for zh, en in role_mistakes(rules)]
    mistakes += [Mistake(path.name, 1, zh, en) for zh, en in preset_mistakes(rules)]
    wrong = entry_mistakes(rules)
    if wrong:
        places = places_in(path.name, path.read_text(encoding="utf-8"))
        mistakes += [places.mistake("entry", number, "", zh, en) for number, zh, en in wrong]
    if mistakes:
        raise DefinitionError(mistakes)
    return rules


def role_mistakes(rules: CaseDefinition) -> list[tuple[str, str]]:
    """Roles and permissions of a definition that nobody has."""
    known = set(roles()) | NOBODY
    named: list[tuple[str, str]] = [("open_who", who) for who in rules.open_who.split()]
    for state in rules.states:
        named += [(state.id, who) for who in (state.who + " " + state.escalate).split()]
    found = []
    for step in rules.transitions:
        named += [(step.id, who) for who in step.who.split()]
        if step.permission and step.permission not in permissions():
            found.append((f"动作 {step.id}：没有权限 {step.permission}",
                          f"{step.id}: no permission {step.permission!r}"))  # fmt: skip
    for place, who in named:
        role, _, party = who.replace(",", "").partition("@")
        if role not in known:
            found.append((f"{place}：没有角色“{role}”，可用：{'、'.join(sorted(known))}",
                          f"{place}: no role {role!r}"))  # fmt: skip
        if party and party != "applicant" and party not in rules.every_field:
            found.append((f"{place}：没有填写项“{party}”", f"{place}: no field {party!r}"))
    return found


def preset_mistakes(rules: CaseDefinition) -> list[tuple[str, str]]:
    """Presets that are not there, or are chosen by a field the case does not have."""
    found = []
    for entry in rules.every_field.values():
        if entry.preset and entry.preset not in presets().all():
            found.append((f"填写项 {entry.name}：没有预置清单 {entry.preset}",
                          f"{entry.name}: no preset {entry.preset!r}"))  # fmt: skip
        if entry.preset and entry.preset_by not in rules.every_field:
            found.append((f"填写项 {entry.name}：preset_by 不是填写项“{entry.preset_by}”",
                          f"{entry.name}: no field {entry.preset_by!r}"))  # fmt: skip
    return found


@cache
def case_definitions() -> OwnShelf[CaseDefinition]:
    """Every case definition: ``<floor>/cases/*.toml``, then the installation's own."""
    return OwnShelf(load_case, "cases", *(_ROOT / floor / "cases" for floor in FLOORS))


@begun_by
def _entered() -> set[str]:
    """The registers that cases which people open write in."""
    known = case_definitions().all().values()
    return {entry.register for rules in known if rules.open_who for entry in rules.entries}


DESK = editable_desk(
    EditableDesk(
        id="case",
        label_zh="办件",
        label_en="Cases",
        definitions=lambda: case_definitions().all(),
        text_of=lambda key: case_definitions().text_of(key),
        read=read_definition,
        parts={
            "state": Part("states", "id", (
                "label_zh", "label_en", "note_zh", "note_en", "clock_working_days",
                "remind_working_days")),
            "transition": Part("transitions", "id", (
                "label_zh", "label_en", "guard_zh", "guard_en")),
            "field": Part("fields", "name", (
                "label_zh", "label_en", "help_zh", "help_en", "max_length"), row=Field,
                grows=("label_zh", "label_en", "help_zh", "help_en", "max_length"),
                keys=r"[a-z][a-z0-9_]{0,40}"),
            "document": Part("printed", "id", ("label_zh", "label_en", "template", "template_en")),
        },
        judge=lambda rules: [(zh, en) for _, _, _, zh, en in find_mistakes(rules)],
        page="cases:definition",
    )
)  # fmt: skip


def rules_for(key: str, version: str = "") -> CaseDefinition:
    """The rules of a definition as they stood at a version, as they stand now when none is named."""
    rules: CaseDefinition = adapted(DESK, case_definitions().get(key), version)
    return rules


class Effect(Protocol):
    """An operation called by name when a case moves: given the act, the case and the data."""

    def __call__(self, act: Act, /, *, case: Case, data: dict[str, Any]) -> Any: ...


class Facts(Protocol):
    """What guards may ask about a case: names to plain values."""

    def __call__(self, case: Case) -> dict[str, Any]: ...


class Targets(Protocol):
    """Who else a case concerns: names to institutions, for ``where`` of permissions."""

    def __call__(self, case: Case) -> dict[str, Any]: ...


class Suggests(Protocol):
    """What a step's form begins with: the case and the step to values of its fields."""

    def __call__(self, case: Case, transition: str) -> dict[str, Any]: ...


@dataclass
class CaseKind:
    """What a domain adds in code to a definition: facts for guards, effects, where to look."""

    definition: str
    facts: Facts | None = None
    effects: dict[str, Effect] | None = None
    targets: Targets | None = None
    url_name: str = ""  # a page of its own; else the desk's generic page
    suggests: Suggests | None = None
    permission: str = "cases.see"  # who at the institution sees them, of those who see cases


_kinds: dict[str, CaseKind] = {}


def case_kind(kind: CaseKind) -> CaseKind:
    """Lay a kind on the shelf; called once in a feature's ``workflow.py``."""
    _kinds[kind.definition] = kind
    return kind


@cache
def _walk_workflows() -> bool:
    for floor in FLOORS:
        for _ in walk_modules(f"lantai.{floor}", only="workflow"):
            pass
    return True


def kind_of(case: Case) -> CaseKind:
    """The code side of the case's definition (none is fine)."""
    return kind_named(case.definition)


def kind_named(definition: str) -> CaseKind:
    """The code side of a definition (none is fine)."""
    _walk_workflows()
    return _kinds.get(definition) or CaseKind(definition)


def roles_that_see(definition: str) -> tuple[str, ...]:
    """The roles that see cases of a definition at their own institution."""
    own = permissions()[kind_named(definition).permission].roles
    return tuple(role for role in permissions()["cases.see"].roles if role in own)


def kept_from(role: str) -> list[str]:
    """The definitions whose cases a role does not see at its own institution."""
    _walk_workflows()
    return sorted(key for key in _kinds if role not in roles_that_see(key))
