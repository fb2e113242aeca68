"""Desks whose definitions may be adapted: each says what it has and how to judge a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lantai.core.desks.adapting import Part, with_changes
from lantai.foundation.desks.editions.models import DefinitionEdition
from lantai.foundation.refusal import NotFound


@dataclass(frozen=True)
class EditableDesk:
    """A desk for the editor: its definitions, their parts, and the judge of an adapted one."""

    id: str
    label_zh: str
    label_en: str
    definitions: Callable[[], Mapping[str, Any]]
    parts: Mapping[str, Part]
    judge: Callable[[Any], list[tuple[str, str]]]  # mistakes as (zh, en)
    page: str  # the name of the definition's own page


_desks: dict[str, EditableDesk] = {}


def editable_desk(desk: EditableDesk) -> EditableDesk:
    """Lay a desk before the editor."""
    _desks[desk.id] = desk
    return desk


def desk_named(name: str) -> EditableDesk:
    """The desk, or `NotFound`."""
    if name not in _desks:
        raise NotFound("没有这种定义。", "No such kind of definition.")
    return _desks[name]


def latest_edition(desk: str, key: str) -> DefinitionEdition | None:
    """The edition in force, if the definition was ever adapted."""
    return DefinitionEdition.objects.filter(desk=desk, definition=key).order_by("-pk").first()


def adapted(desk: EditableDesk, base: Any, version: str = "") -> Any:
    """The definition as it stood at a version (the present one when none is named)."""
    if version == base.version:
        return base
    rows = DefinitionEdition.objects.filter(desk=desk.id, definition=base.id)
    row = rows.filter(version=version).first() if version else rows.order_by("-pk").first()
    if row is None:
        return base
    return with_edition(desk, base, row)


def with_edition(desk: EditableDesk, base: Any, row: DefinitionEdition) -> Any:
    """The file's definition with an edition's changes, under the edition's version."""
    return replace(with_changes(base, row.changes, desk.parts), version=row.version)
