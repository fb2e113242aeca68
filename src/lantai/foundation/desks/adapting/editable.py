"""Desks whose definitions are adapted for all: each says what it has and how to judge a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from lantai.core.desks.adapting import Part, with_changes
from lantai.core.desks.case_definition import DefinitionError
from lantai.foundation.desks.adapting.models import Adaptation, KeptDefinition
from lantai.foundation.desks.adapting.queries import in_force
from lantai.foundation.refusal import NotFound


@dataclass(frozen=True)
class Levels:
    """How a desk's definitions are adapted level by level: each institution has its own version."""

    above: Callable[[str, Any], Any]  # as it stands at an institution without its own version
    judge: Callable[[Any, str, Any], list[tuple[str, str]]]  # made, key, institution
    foresee: Callable[[Any, Any, str, Any], Mapping[str, Any]]  # before, after, key, institution
    stated: tuple[str, ...]  # values that a version states even where it does not change them
    rule: tuple[str, str]  # (zh, en): what a lower level may and may not


@dataclass(frozen=True)
class EditableDesk:
    """A desk for the editor: its definitions, their parts, and the judge of an adapted one."""

    id: str
    label_zh: str
    label_en: str
    definitions: Callable[[], Mapping[str, Any]]
    text_of: Callable[[str], str]  # a definition's file
    read: Callable[[Path, str], Any]  # the definition of a text
    parts: Mapping[str, Part]
    judge: Callable[[Any], list[tuple[str, str]]]  # mistakes as (zh, en)
    page: str  # the name of the definition's own page
    levels: Levels | None = None  # None: one version for the whole installation


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


def adapted(desk: EditableDesk, base: Any, version: str = "") -> Any:
    """The definition as it stood at a version (the present one when none is named).

    A version is the file's, or ``<file's>+<number>`` with the adaptation of that number over it.
    A file that has been replaced since is read from what was kept when a matter began under it.
    """
    if version:
        of_file, number = _split(version)
        row = _numbered(desk, base, number)
    else:
        row = in_force(desk.id, base.id)
        of_file, number = base.version, row.version if row else 0
    found = base if of_file == base.version else _kept(desk, base, of_file)
    if row is None or not row.changes:
        return found if not number else replace(found, version=f"{of_file}+{number}")
    made = with_changes(found, row.changes, desk.parts)
    return replace(made, version=f"{of_file}+{number}")


def _split(version: str) -> tuple[str, int]:
    of_file, plus, number = version.rpartition("+")
    return (of_file, int(number)) if plus and number.isdecimal() else (version, 0)


def _numbered(desk: EditableDesk, base: Any, number: int) -> Adaptation | None:
    if not number:
        return None
    return Adaptation.objects.filter(
        desk=desk.id, definition=base.id, institution=None, version=number
    ).first()


def _kept(desk: EditableDesk, base: Any, of_file: str) -> Any:
    """The file of that version as it was kept; the present one when nobody kept it."""
    row = KeptDefinition.objects.filter(desk=desk.id, definition=base.id, version=of_file).first()
    try:
        return base if row is None else _read(desk.id, base.id, row.text)
    except DefinitionError:  # what was allowed once need not be now
        return base


@lru_cache(maxsize=128)
def _read(desk: str, key: str, text: str) -> Any:
    return desk_named(desk).read(Path(f"{key}.toml"), text)
