"""What the editor of a return asks: words and limits of indicators, indicators put in and left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lantai.core.desks.return_definition import NUMBER_TYPES, ReturnDefinition

TEXT_KEYS = ("label_zh", "label_en", "unit", "help_zh")
LIMITS = ("minimum", "maximum")
CHECK_KEYS = ("rule", "message_zh", "message_en", "severity")
NEW_KEYS = ("code", "label_zh", "label_en", "unit", "type", "table", "formula")
NEW_TYPES = (*NUMBER_TYPES, "text")
NEW_ROWS = 3


def listed_codes(data: Mapping[str, Any]) -> set[str]:
    """The codes of indicators that stand one by one (not those of a grid)."""
    return {str(row.get("code")) for row in data.get("indicator", [])}


def new_rows(post: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The blank lines for indicators to put in, with what was typed."""
    return [
        {"number": n, **{key: str(post.get(f"new{n}.{key}", "")) for key in NEW_KEYS}}
        for n in range(NEW_ROWS)
    ]


def changes_from(
    shipped: ReturnDefinition, before: Mapping[str, Any], post: Mapping[str, Any]
) -> dict[str, Any]:
    """The changes that the editor's form asks for; what was put in before stays unless left out."""
    top = _top(shipped, post)
    rows: dict[str, Any] = {}
    removed = list(before.get("removed", {}).get("indicator", []))
    removed = [code for code in removed if not post.get(f"back.{code}")]
    for code in sorted(listed_codes(shipped.data)):
        if post.get(f"i.{code}.remove"):
            removed.append(code)
        elif f"i.{code}.label_zh" in post and (change := _indicator(shipped, code, post)):
            rows.setdefault("indicator", {})[code] = change
    for check in shipped.checks:
        change = {
            key: text
            for key in CHECK_KEYS
            if (text := str(post.get(f"c.{check.id}.{key}", "")).strip()[:1000])
            and text != getattr(check, key)
        }
        if change:
            rows.setdefault("check", {})[check.id] = change
    added = _kept(before, post) + _fresh(post)
    parts = (
        ("top", top),
        ("rows", rows),
        ("added", {"indicator": added} if added else {}),
        ("removed", {"indicator": list(dict.fromkeys(removed))} if removed else {}),
    )
    return {key: value for key, value in parts if value}


def _top(shipped: ReturnDefinition, post: Mapping[str, Any]) -> dict[str, Any]:
    top: dict[str, Any] = {}
    for key in ("label_zh", "label_en"):
        if (text := str(post.get(key, "")).strip()[:300]) and text != getattr(shipped, key):
            top[key] = text
    ratio = _number(str(post.get("anomaly_ratio", "")))
    if ratio is not None and ratio != shipped.anomaly_ratio:
        top["anomaly_ratio"] = ratio
    return top


def _kept(before: Mapping[str, Any], post: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Indicators put in by an earlier version, with their present words, less those left out."""
    found = []
    for row in before.get("added", {}).get("indicator", []):
        code = str(row["code"])
        if post.get(f"i.{code}.remove"):
            continue
        typed = {
            key: text
            for key in TEXT_KEYS
            if (text := str(post.get(f"i.{code}.{key}", "")).strip()[:300])
        }
        found.append({**row, **typed})
    return found


def _fresh(post: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for row in new_rows(post):
        typed = {key: row[key].strip()[:300] for key in NEW_KEYS if row[key].strip()}
        if typed.get("code") or typed.get("label_zh"):
            found.append({"code": "", "verified": False, **typed})
    return found


def _indicator(shipped: ReturnDefinition, code: str, post: Mapping[str, Any]) -> dict[str, Any]:
    one = shipped.by_code[code]
    change: dict[str, Any] = {}
    for key in TEXT_KEYS:
        text = str(post.get(f"i.{code}.{key}", "")).strip()[:300]
        if text != getattr(one, key) and (text or not key.startswith("label")):
            change[key] = text
    for key in LIMITS:
        number = _number(str(post.get(f"i.{code}.{key}", "")))
        if number is not None and number != getattr(one, key):
            change[key] = number
    required = bool(post.get(f"i.{code}.required"))
    if required != one.required:
        change["required"] = required
    return change


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
