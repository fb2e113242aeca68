"""Evaluation definitions 评价定义: TOML files on the ``evaluations`` shelves, and live facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lantai.core.desks.evaluation_definition import (
    PARTS,
    EvaluationDefinition,
    find_faults,
    load_evaluation,
    read_evaluation,
)
from lantai.core.registry import UnknownId, walk_modules
from lantai.foundation.desks.adapting.editable import EditableDesk, adapted, editable_desk
from lantai.foundation.desks.shelf import OwnShelf
from lantai.foundation.refusal import NotFound

GIGABYTE = 10**9
_ROOT = Path(__file__).resolve().parents[3]
FLOORS = ("foundation", "governance", "catalogue", "preservation", "resources", "access")


@cache
def evaluation_definitions() -> OwnShelf[EvaluationDefinition]:
    """Every scheme: ``<floor>/evaluations/*.toml``, then the installation's own."""
    return OwnShelf(
        load_evaluation, "evaluations", *(_ROOT / floor / "evaluations" for floor in FLOORS)
    )


DESK = editable_desk(
    EditableDesk(
        id="evaluation", label_zh="评价", label_en="Evaluations",
        definitions=lambda: evaluation_definitions().all(), parts=PARTS,
        text_of=lambda key: evaluation_definitions().text_of(key), read=read_evaluation,
        judge=lambda made: [(zh, en) for _, _, _, zh, en in find_faults(made)],
        page="evaluations:definition",
    )
)  # fmt: skip


def scheme_for(key: str, version: str = "") -> EvaluationDefinition:
    """The scheme as it stood at a version (as it stands, when none is named), or `NotFound`."""
    try:
        base = evaluation_definitions().get(key)
    except UnknownId:
        raise NotFound("没有这个评价定义。", "No such scheme.") from None
    made: EvaluationDefinition = adapted(DESK, base, version)
    return made


@dataclass(frozen=True)
class LiveFact:
    """A number about an institution, taken from live data; ``rows`` are what it counts."""

    id: str
    zh: str
    en: str
    value: Callable[[Any], Any]
    rows: Callable[[Any], Iterable[tuple[str, str]]] | None = None  # (words, address)
    unit: str = ""

    def written(self, value: Any) -> str:
        """A value of it as it is read."""
        if value is None:
            return "—"
        if self.unit == "%":
            return f"{value:.1%}"
        if self.unit == "GB":
            return f"{value / GIGABYTE:.2f} GB"
        return f"{value:,g}"


_facts: dict[str, LiveFact] = {}


def live_fact(fact: LiveFact) -> LiveFact:
    """Lay a fact on the shelf; called in a feature's ``live_facts.py``."""
    _facts[fact.id] = fact
    return fact


@cache
def _walked() -> bool:
    for floor in FLOORS:
        for _ in walk_modules(f"lantai.{floor}", only="live_facts"):
            pass
    return True


def live_facts() -> dict[str, LiveFact]:
    """Every fact by id."""
    _walked()
    return dict(sorted(_facts.items()))


def facts_about(institution: Any, wanted: Iterable[str] | None = None) -> dict[str, Any]:
    """The facts' values for an institution; None where there is nothing to count."""
    known = live_facts()
    names = known if wanted is None else [name for name in wanted if name in known]
    return {name: known[name].value(institution) for name in names}
