"""Adapting 调整: the words, limits and clocks of a definition that an archives may change itself.

A change is a path and a value: ``state.ask.note_zh`` → text. Structure (states, transitions,
formulas, who may) stays with the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Part:
    """One kind of thing in a definition: the attribute that holds them, their key, what may change."""

    attribute: str
    key: str
    editable: tuple[str, ...]


@dataclass(frozen=True)
class Adaptable:
    """One value that may be changed: where, whose, of what kind (text or number), and its value."""

    path: str
    owner: str
    name: str
    kind: str
    value: Any


def adaptable_values(definition: Any, parts: Mapping[str, Part]) -> list[Adaptable]:
    """Every value of the definition that may be changed, in its order."""
    found = [
        Adaptable(f".{name}", "", name, "text", getattr(definition, name))
        for name in ("label_zh", "label_en")
    ]
    for word, part in parts.items():
        for item in getattr(definition, part.attribute):
            own = getattr(item, part.key)
            for name in part.editable:
                value = getattr(item, name)
                kind = "number" if isinstance(value, (int, float)) else "text"
                found.append(Adaptable(f"{word}.{own}.{name}", item.label_zh, name, kind, value))
    return found


def differences(
    definition: Any, parts: Mapping[str, Part], given: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """(changes, errors by path) of the texts given for the definition's values."""
    changes: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for entry in adaptable_values(definition, parts):
        if entry.path not in given:
            continue
        text = given[entry.path].strip()
        try:
            value = _like(entry.value, text)
        except ValueError:
            errors[entry.path] = f"“{text[:20]}”不是合适的数 / not a fitting number"
            continue
        if value != entry.value:
            changes[entry.path] = value
    return changes, errors


def _like(old: Any, text: str) -> Any:
    if isinstance(old, int):
        value: float = int(text)
    elif isinstance(old, float):
        value = float(text)
    else:
        return text[:4000]
    if not 0 <= value <= 100_000:
        raise ValueError(text)
    return value


def with_changes(definition: T, changes: Mapping[str, Any], parts: Mapping[str, Part]) -> T:
    """The definition with the changes; those whose place is gone are passed over."""
    made: dict[str, Any] = {
        path[1:]: value for path, value in changes.items() if path in (".label_zh", ".label_en")
    }
    for word, part in parts.items():
        items = []
        for item in getattr(definition, part.attribute):
            stem = f"{word}.{getattr(item, part.key)}."
            own = {name: changes[stem + name] for name in part.editable if stem + name in changes}
            items.append(replace(item, **own) if own else item)
        made[part.attribute] = tuple(items)
    return replace(definition, **made)  # type: ignore[type-var]
