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
from lantai.foundation.desks.adapting.queries import adaptations, in_force
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


def definition_at(key: str, institution: Any, version: str) -> RegisterDefinition:
    """The definition as it stood at a version (``<file's>+<number>``) at an institution.

    The file itself is read as it is now: entries go by the definition in force, and older versions
    are asked for the names of what they held.
    """
    number = version.rpartition("+")[2] if "+" in version else ""
    if not number.isdecimal():
        return definition_of(key)
    own = adaptations(DESK, key, institution).filter(version=int(number)).first()
    return definition_of(key) if own is None else adapted(definition_of(key), own)


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
