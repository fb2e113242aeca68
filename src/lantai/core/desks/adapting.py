"""Adapting 调整: what of a definition an archives may change itself: words, limits, clocks, rows of its own.

A change is a path and a value: ``state.ask.note_zh`` → text; ``+indicator.3.4`` → the values of a
row that is added, ``-indicator.3.2`` → True for one that is left out. Structure (states,
transitions, formulas, who may) stays with the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Part:
    """One kind of thing in a definition: the attribute that holds them, their key, what may change.

    ``row`` is the class of a row an archives may add, ``grows`` what it says of it; its key is like
    ``keys``. ``shrinks``: rows of the file may be left out as well.
    """

    attribute: str
    key: str
    editable: tuple[str, ...]
    row: type | None = None
    grows: tuple[str, ...] = ()
    keys: str = r"[A-Za-z0-9][A-Za-z0-9._-]{0,30}"
    shrinks: bool = False


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
    definition: Any,
    parts: Mapping[str, Part],
    given: Mapping[str, str],
    added: Iterable[str] = (),
    removed: Iterable[str] = (),
) -> tuple[dict[str, Any], dict[str, str]]:
    """(changes, errors by path) of the texts given for the definition's values.

    ``added`` and ``removed`` name rows (``indicator.3.4``); what an added one says is in ``given``.
    """
    changes: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for stem in added:
        row, faults = _added(definition, parts, stem, given)
        errors |= faults
        changes |= {f"+{stem}": row} if row is not None else {}
    changes |= {f"-{stem}": True for stem in removed if stem.partition(".")[0] in parts}
    for entry in adaptable_values(definition, parts):
        if entry.path not in given or f"-{entry.path.rpartition('.')[0]}" in changes:
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


def _added(
    definition: Any, parts: Mapping[str, Part], stem: str, given: Mapping[str, str]
) -> tuple[dict[str, Any] | None, dict[str, str]]:
    word, _dot, own = stem.partition(".")
    part = parts.get(word)
    if part is None or part.row is None:
        return None, {}
    if not re.fullmatch(part.keys, own):
        return None, {f"new.{word}": f"“{own[:20]}”不能作编号 / not a fitting key"}
    if own in {str(getattr(item, part.key)) for item in getattr(definition, part.attribute)}:
        return None, {f"new.{word}": f"“{own}”已经有了 / is there already"}
    defaults = {one.name: one.default for one in fields(part.row)}
    row: dict[str, Any] = {}
    for name in part.grows:
        text = given.get(f"{stem}.{name}", "").strip()
        try:
            row[name] = _like(defaults[name], text) if text else defaults[name]
        except ValueError:
            return None, {f"{stem}.{name}": f"“{text[:20]}”不是合适的数 / not a fitting number"}
    return row, {}


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
        made[part.attribute] = tuple(_rows(items, word, part, changes))
    return replace(definition, **made)  # type: ignore[type-var]


def _rows(items: list[Any], word: str, part: Part, changes: Mapping[str, Any]) -> list[Any]:
    """The rows without those left out, and with those added, each beside its like."""
    if part.shrinks:
        items = [item for item in items if f"-{word}.{getattr(item, part.key)}" not in changes]
    for path, values in changes.items():
        if part.row is None or not path.startswith(f"+{word}."):
            continue
        own = path[len(word) + 2 :]
        above = own.rpartition(".")[0]
        keys = [str(getattr(item, part.key)) for item in items]
        like = [
            at for at, key in enumerate(keys) if f"{key}.".startswith(f"{above}." if above else "")
        ]
        made = part.row(**{part.key: own}, **{n: v for n, v in values.items() if n in part.grows})
        items.insert(like[-1] + 1 if like else len(items), made)
    return items
