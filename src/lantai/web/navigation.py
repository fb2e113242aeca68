"""Navigation 导航: pages named in the floors' ``navigation.toml``, shown to who may open them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.urls import reverse

from lantai.foundation.policy import permissions, standings
from lantai.foundation.refusal import localised

FLOORS = ("foundation", "resources", "catalogue", "access", "preservation", "governance", "web")
GROUPS = {
    "desk": ("工作", "Desk"),
    "resources": ("资源", "Resources"),
    "access": ("利用", "Access"),
    "preservation": ("安全", "Preservation"),
    "governance": ("治理", "Governance"),
}


@dataclass
class Entry:
    """One line of the side navigation."""

    label: str
    url: str
    active: bool = False
    count: int = 0


@dataclass
class Group:
    """One of the four systems, and the desk."""

    label: str
    items: list[Entry] = field(default_factory=list)


def pages() -> list[Mapping[str, Any]]:
    """Every page named for the side navigation, in order."""
    return _rows("page")


@cache
def _rows(kind: str) -> list[Mapping[str, Any]]:
    root = Path(__file__).resolve().parents[1]
    found: list[Mapping[str, Any]] = []
    for floor in FLOORS:
        path = root / floor / "navigation.toml"
        if path.exists():
            with path.open("rb") as stream:
                found += tomllib.load(stream).get(kind, [])
    return sorted(found, key=lambda row: row.get("order", 50))


def navigation_for(person: Any, path: str) -> list[Group]:
    """The groups with the pages this person's roles open."""
    held = {role for role, _ in standings(person)}
    groups = {key: Group(localised(*labels)) for key, labels in GROUPS.items()}
    urls = [(page, reverse(page["view"])) for page in pages()]
    best = max((u for _, u in urls if path.startswith(u)), key=len, default="")
    for page, url in urls:
        allowed = permissions()[page["permission"]].roles
        if "anyone" in allowed or held & allowed:
            entry = Entry(localised(page["zh"], page["en"]), url, url == best)
            groups[page["group"]].items.append(entry)
    return [group for group in groups.values() if group.items]


def portal_links(path: str) -> list[Entry]:
    """The public pages named in the floors' navigation.toml under [[portal]]."""
    return [
        Entry(localised(row["zh"], row["en"]), reverse(row["view"]), path == reverse(row["view"]))
        for row in _rows("portal")
    ]


def footer_links() -> list[Entry]:
    """The lines of the public footer, under [[footer]]."""
    return [Entry(localised(r["zh"], r["en"]), reverse(r["view"])) for r in _rows("footer")]
