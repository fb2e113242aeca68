"""Case definitions 办件定义: TOML files on the ``cases`` shelf of each domain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from lantai.core.desks.cases import CaseDefinition, load_definition
from lantai.core.registry import DataShelf, walk_modules
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.work import Act

_ROOT = Path(__file__).resolve().parents[3]
FLOORS = ("foundation", "governance", "preservation", "resources", "access")


@cache
def case_definitions() -> DataShelf[CaseDefinition]:
    """Every case definition: ``<floor>/cases/*.toml``."""
    return DataShelf(load_definition, *(_ROOT / floor / "cases" for floor in FLOORS))


class Effect(Protocol):
    """An operation called by name when a case moves: given the act, the case and the data."""

    def __call__(self, act: Act, /, *, case: Case, data: dict[str, Any]) -> Any: ...


class Facts(Protocol):
    """What guards may ask about a case: names to plain values."""

    def __call__(self, case: Case) -> dict[str, Any]: ...


class Targets(Protocol):
    """Who else a case concerns: names to institutions, for ``where`` of permissions."""

    def __call__(self, case: Case) -> dict[str, Any]: ...


@dataclass
class CaseKind:
    """What a domain adds in code to a definition: facts for guards, effects, where to look."""

    definition: str
    facts: Facts | None = None
    effects: dict[str, Effect] | None = None
    targets: Targets | None = None
    url_name: str = ""  # a page of its own; else the desk's generic page


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
    _walk_workflows()
    return _kinds.get(case.definition) or CaseKind(case.definition)
