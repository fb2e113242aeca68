"""Filters and tags used by the components: assets, highlights, differences, figures."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from django import template
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from lantai.web.frontend.build import STATIC

register = template.Library()

THEMES = ("light", "dark")
MARK_START, MARK_END = "\ue000", "\ue001"


@lru_cache(maxsize=256)
def _digest(path: Path, modified: int) -> str:
    del modified  # part of the key only: a changed file is read again
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of a static file of the web floor, with a digest against old caches."""
    path = STATIC.joinpath(*name.split("/"))
    if not path.is_file():
        return static(name)
    return f"{static(name)}?v={_digest(path, path.stat().st_mtime_ns)}"


@register.filter
def number(value: object) -> int:
    """Return a count for choosing between singular and plural, from a number or its figures."""
    try:
        return int(str(value).replace(",", ""))
    except ValueError:
        return 0


@register.filter
def theme_choice(cookie: str | None) -> str:
    """Return the reader's choice of theme: light, dark, or auto for anything else."""
    return cookie if cookie in THEMES else "auto"


@register.filter
def marked(text: str, spans: Iterable[Sequence[int]] | None = None) -> SafeString:
    """Return `text` with places wrapped in <mark>.

    `spans` are (start, end) pairs of character offsets; without them the text itself may carry
    the private-use characters U+E000 and U+E001 around each place.
    """
    text = str(text or "")
    if spans is None:
        escaped = str(conditional_escape(text))
        escaped = escaped.replace(MARK_START, "<mark>").replace(MARK_END, "</mark>")
        return mark_safe(escaped)  # noqa: S308 escaped above
    pieces, at = [], 0
    for start, end in sorted((int(a), int(b)) for a, b in spans):
        if start < at or end <= start:
            continue
        pieces.append(format_html("{}<mark>{}</mark>", text[at:start], text[start:end]))
        at = end
    pieces.append(conditional_escape(text[at:]))
    return SafeString("".join(pieces))


def _changed(before: str, after: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    old: list[tuple[str, bool]] = []
    new: list[tuple[str, bool]] = []
    for kind, a0, a1, b0, b1 in matcher.get_opcodes():
        if a1 > a0:
            old.append((before[a0:a1], kind != "equal"))
        if b1 > b0:
            new.append((after[b0:b1], kind != "equal"))
    return old, new


def _tagged(parts: list[tuple[str, bool]], tag: str) -> SafeString:
    opened, closed = SafeString(f"<{tag}>"), SafeString(f"</{tag}>")
    rows = ((opened if hot else "", part, closed if hot else "") for part, hot in parts)
    return format_html_join("", "{}{}{}", rows)


@register.simple_tag
def difference(before: object, after: object) -> dict[str, SafeString]:
    """Return what was taken out (`old`) and put in (`new`), character by character.

    Texts over 4,000 characters are shown whole, since comparing them would hold up the page.
    """
    one, two = str(before or ""), str(after or "")
    if max(len(one), len(two)) > 4000:
        return {"old": format_html("<del>{}</del>", one), "new": format_html("<ins>{}</ins>", two)}
    old, new = _changed(one, two)
    return {"old": _tagged(old, "del"), "new": _tagged(new, "ins")}


@register.filter
def figure(value: object) -> str:
    """Return a number with thin groups of three (12,480); anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    return f"{value:,}"


@register.filter
def percent_of(done: object, total: object) -> int:
    """Return done/total as whole per cent, 0 to 100; 0 where it cannot be said."""
    if not isinstance(done, int | float) or not isinstance(total, int | float) or total <= 0:
        return 0
    return max(0, min(100, int(done * 100 / total)))


@register.filter
def file_size(value: object) -> str:
    """Return bytes as people read them: 3.2 MB."""
    if not isinstance(value, int | float):
        return ""
    size = float(value)
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TB"
