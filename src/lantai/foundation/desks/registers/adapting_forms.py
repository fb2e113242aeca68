"""The editor of a definition 定义修订: what an archives types becomes changes laid over the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lantai.core.desks.register_definition import FIELD_TYPES, RegisterDefinition, RegisterField
from lantai.core.desks.register_values import words_of

NEW_ROWS = 3  # blank rows for new fields
SIMPLE_TYPES = tuple(t for t in FIELD_TYPES if t not in ("entry", "codes"))
MOST_WORDS = 300
LONGEST = 20_000  # characters a field may be allowed


def words_as_lines(entry: RegisterField) -> str:
    """A field's choices, a line each: code | 中文 | English."""
    return "\n".join(f"{w.code} | {w.zh} | {w.en}" for w in words_of(entry))


def lines_as_words(text: str) -> list[list[str]]:
    """The choices that lines name; a line of one word is code and label."""
    found = []
    for line in text.splitlines()[:MOST_WORDS]:
        parts = [part.strip() for part in line.split("|")]
        if parts[0]:
            zh = parts[1] if len(parts) > 1 and parts[1] else parts[0]
            found.append([parts[0], zh, parts[2] if len(parts) > 2 and parts[2] else zh])
    return found


def editor_rows(definition: RegisterDefinition) -> list[dict[str, Any]]:
    """What the editor shows of each field as it is now."""
    return [
        {
            "name": entry.name,
            "label_zh": entry.label_zh,
            "label_en": entry.label_en,
            "type": entry.type,
            "required": entry.required,
            "hidden": entry.hidden,
            "max_length": entry.max_length,
            "minimum": "" if entry.minimum is None else f"{entry.minimum:g}",
            "maximum": "" if entry.maximum is None else f"{entry.maximum:g}",
            "help_zh": entry.help_zh,
            "words": words_as_lines(entry) if entry.has_words else "",
            "has_words": entry.has_words,
            "is_number": entry.is_number,
            "is_key": entry.name in definition.key or entry.name == definition.title,
        }
        for entry in definition.fields
    ]


def changes_from(shipped: RegisterDefinition, post: Mapping[str, Any]) -> dict[str, Any]:
    """The changes that a filled-in editor makes against the shipped definition."""
    top = {
        key: text
        for key in ("label_zh", "label_en", "note_zh", "note_en")
        if (text := str(post.get(key, "")).strip()[:300]) and text != getattr(shipped, key)
    }
    rows = {e.name: change for e in shipped.fields if (change := _row_change(e, post))}
    added = [row for row in _added(shipped, post) if row]
    changes: dict[str, Any] = {}
    if top:
        changes["top"] = top
    if rows:
        changes["rows"] = {"field": rows}
    if added:
        changes["added"] = {"field": added}
    return changes


def _row_change(entry: RegisterField, post: Mapping[str, Any]) -> dict[str, Any]:
    def given(key: str) -> str:
        return str(post.get(f"{entry.name}.{key}", "")).strip()

    if f"{entry.name}.label_zh" not in post:
        return {}
    change: dict[str, Any] = {}
    for key in ("label_zh", "label_en", "help_zh"):
        if given(key)[:300] != getattr(entry, key):
            change[key] = given(key)[:300]
    for key in ("required", "hidden"):
        if bool(given(key)) != getattr(entry, key):
            change[key] = bool(given(key))
    change |= _limits(entry, given)
    if entry.has_words:
        words = lines_as_words(given("words"))
        if words and words != [[w.code, w.zh, w.en] for w in words_of(entry)]:
            change["words"] = words
    return change


def _limits(entry: RegisterField, given: Callable[[str], str]) -> dict[str, Any]:
    change: dict[str, Any] = {}
    if given("max_length").isdecimal() and int(given("max_length")) != entry.max_length:
        change["max_length"] = min(int(given("max_length")), LONGEST)
    for key in ("minimum", "maximum"):
        number = _number(given(key))
        if entry.is_number and number is not None and number != getattr(entry, key):
            change[key] = number
    return change


def _added(shipped: RegisterDefinition, post: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Fields the editor adds: those named before, and the blank rows that were filled in."""
    found = []
    for number in range(100):
        if f"new{number}.name" not in post:
            break
        name = str(post.get(f"new{number}.name", "")).strip()[:40]
        if not name or name in shipped.by_field:
            continue
        zh = str(post.get(f"new{number}.label_zh", "")).strip()[:100]
        row: dict[str, Any] = {
            "name": name,
            "label_zh": zh,
            "label_en": str(post.get(f"new{number}.label_en", "")).strip()[:100] or zh,
            "type": str(post.get(f"new{number}.type", "text")),
        }
        words = lines_as_words(str(post.get(f"new{number}.words", "")))
        if row["type"] in ("code", "codes") and words:
            row["words"] = words
        if post.get(f"new{number}.required"):
            row["required"] = True
        found.append(row)
    return found


def new_rows(changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of the editor for fields of its own: those there are, and blank ones."""
    added = [dict(row) for row in changes.get("added", {}).get("field", [])]
    for row in added:
        row["words"] = "\n".join(" | ".join(word) for word in row.get("words", []))
    blank = {"name": "", "label_zh": "", "label_en": "", "type": "text", "words": ""}
    return [*added, *(dict(blank) for _ in range(NEW_ROWS))]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
