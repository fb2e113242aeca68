"""Register definitions 台账定义: the shelf, and a definition as one institution has adapted it."""

from __future__ import annotations

from functools import cache
from typing import Any

from lantai.core.desks.case_definition import DefinitionError
from lantai.core.desks.overlaying import adapt
from lantai.core.desks.register_definition import RegisterDefinition
from lantai.core.desks.register_reading import load_register, read_register
from lantai.core.registry import UnknownId
from lantai.foundation.desks.adapting.models import Adaptation
from lantai.foundation.desks.adapting.queries import in_force
from lantai.foundation.desks.definitions import DefinitionShelf
from lantai.foundation.refusal import NotFound

DESK = "registers"


@cache
def register_definitions() -> DefinitionShelf[RegisterDefinition]:
    """Every register: ``<floor>/registers/*.toml`` and the installation's own."""
    return DefinitionShelf(DESK, load_register)


def definition_of(key: str, institution: Any = None) -> RegisterDefinition:
    """The definition in force at an institution; the shipped one without. `NotFound`."""
    try:
        shipped = register_definitions().get(key)
    except UnknownId:
        raise NotFound("没有这个台账。", "There is no such register.") from None
    if institution is None:
        return shipped
    own = in_force(DESK, key, institution)
    return shipped if own is None else adapted(shipped, own)


_adapted: dict[tuple[int, str, int], RegisterDefinition] = {}


def adapted(shipped: RegisterDefinition, own: Adaptation) -> RegisterDefinition:
    """The shipped definition with an adaptation over it; one that no longer fits is passed over."""
    key = (own.pk, shipped.version, id(shipped.data))
    if key not in _adapted:
        data = {**adapt(shipped.data, own.changes), "version": f"{shipped.version}+{own.version}"}
        try:
            _adapted[key] = read_register("", shipped.path, {**data, "id": shipped.id})
        except DefinitionError:
            _adapted[key] = shipped
        while len(_adapted) > 500:
            _adapted.pop(next(iter(_adapted)))
    return _adapted[key]
