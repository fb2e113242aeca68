"""Return definitions 报表定义: the shelf, and a definition as one institution has adapted it."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import Any

from lantai.core.desks.overlaying import adapt
from lantai.core.desks.return_definition import ReturnDefinition
from lantai.core.desks.return_reading import load_return, read_return
from lantai.core.registry import UnknownId
from lantai.foundation.desks.adapting.queries import in_force
from lantai.foundation.desks.definitions import DefinitionShelf
from lantai.foundation.desks.returns.models import ReturnRound
from lantai.foundation.refusal import NotFound

DESK = "returns"


@cache
def return_definitions() -> DefinitionShelf[ReturnDefinition]:
    """Every return: ``<floor>/returns/*.toml`` and the installation's own."""
    return DefinitionShelf(DESK, load_return)


def definition_for(key: str, institution: Any = None) -> ReturnDefinition:
    """The definition as an institution would now ask it. `NotFound`."""
    try:
        shipped = return_definitions().get(key)
    except UnknownId:
        raise NotFound("没有这种报表。", "There is no such return.") from None
    own = in_force(DESK, key, institution) if institution is not None else None
    if own is None:
        return shipped
    data = {**adapt(shipped.data, own.changes), "version": f"{shipped.version}+{own.version}"}
    return read_return("", shipped.path, {**data, "id": shipped.id})


def definition_of(row: ReturnRound) -> ReturnDefinition:
    """The definition a round was opened with: kept with it, so its figures never change sense."""
    return _kept(row.definition, json.dumps(row.definition_data, ensure_ascii=False))


def definition_at(row: ReturnRound, version: str) -> ReturnDefinition:
    """The definition under which a version of one of the round's forms was made.

    "" is what was kept before versions named it: the definition that the round began with.
    """
    for data in row.earlier:
        if version in ("", str(data.get("version"))):
            return _kept(row.definition, json.dumps(data, ensure_ascii=False))
    return definition_of(row)


@lru_cache(maxsize=64)
def _kept(key: str, text: str) -> ReturnDefinition:
    return read_return("", f"{key}.toml", {**json.loads(text), "id": key})
