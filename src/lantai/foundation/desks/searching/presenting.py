"""Presenting 呈现: what was found, as lines with their highlights and the desks to narrow by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from lantai.foundation.desks.searching.desk import searched_desks
from lantai.foundation.desks.searching.finding import Asked, Found, FoundMatter, find_matters

MOST_KINDS = 30  # definitions named beside the answer


def found_line(found: FoundMatter) -> dict[str, Any]:
    """A matter as a line: its title and the words that answer the question."""
    title, text = (found.highlights.get(name) or {} for name in ("title", "text"))
    line = found.desk.line(found.row)
    return {
        "row": found.row,
        "url": line.url,
        "title": {"text": title.get("text") or line.title, "places": title.get("places")},
        "snippet": {"text": text.get("text", ""), "places": text.get("places")},
        "about": [word for word in (line.number, line.definition, line.place) if word],
        "state": line.state,
        "tone": line.tone or "neutral",
    }


def found_panel(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """The page of answers that the address asks for; ``desk`` and ``kind`` in it narrow it.

    What the page itself fixes (``asked``) comes before what the address says.
    """
    given = {k: v for k, v in request.GET.items() if v and k != "after"}
    desk, _slash, definition = given.get("kind", "").partition("/")
    narrowed = replace(
        asked,
        desk=asked.desk or desk or given.get("desk", ""),
        definition=asked.definition or definition,
        after=request.GET.get("after", ""),
    )
    page = find_matters(request.user, narrowed)
    kept = {k: v for k, v in given.items() if k not in ("desk", "kind")}
    return {
        "total": page.total,
        "capped": page.capped,
        "near": page.near,
        "lines": [found_line(one) for one in page.results],
        "desks": [] if asked.desk else _desks(page, narrowed, kept),
        "kinds": [] if asked.definition else _kinds(page, narrowed, kept),
        "everything": "?" + urlencode(kept) if set(given) - set(kept) else "",
        "next": "?" + urlencode({**given, "after": page.next}) if page.next else "",
    }


def _desks(page: Found, asked: Asked, kept: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"label": searched_desks()[name].label, "count": count, "active": name == asked.desk,
         "url": "?" + urlencode({**kept, "desk": name})}
        for name, count in page.desks
    ]  # fmt: skip


def _kinds(page: Found, asked: Asked, kept: Mapping[str, str]) -> list[dict[str, Any]]:
    labels = {name: searched_desks()[name].labels() for name, _count in page.desks}
    return [
        {"label": labels.get(name, {}).get(key, key), "count": count,
         "active": key == asked.definition,
         "url": "?" + urlencode({**kept, "kind": f"{name}/{key}"})}
        for name, key, count in page.definitions[:MOST_KINDS]
    ]  # fmt: skip


def as_json(found: FoundMatter) -> dict[str, Any]:
    """A matter found, for a program."""
    line = found.desk.line(found.row)
    return {
        "desk": found.desk.id,
        "key": found.key,
        "definition": found.definition,
        "number": line.number,
        "title": line.title,
        "institution": line.place,
        "state": line.state,
        "page": line.url,
        "highlights": dict(found.highlights),
    }
