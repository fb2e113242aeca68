"""Tokens 检索权限标记: what of a reader and of a matter must meet for the one to find the other.

A reader's are written from the roles held at the moment of asking, a matter's when it is put into
the index: ``role@place`` a role at an institution, ``role@*`` a role anywhere, ``@place`` any role
at an institution, ``noun.verb@place`` a role there that holds a permission, ``person:key`` the
person, and ``operator`` the operator of the machine, who finds each matter once.
"""

from __future__ import annotations

from typing import Any

from lantai.foundation.desks.searching.desk import searched_desks
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import Operator, permissions, standings

ANYWHERE = "*"
OPERATOR = "operator"


def reader_tokens(actor: Any) -> frozenset[str]:
    """What opens matters to a reader; nothing for somebody who has not signed in."""
    if isinstance(actor, Operator):
        return frozenset({OPERATOR})
    named = {desk.permission: permissions()[desk.permission] for desk in searched_desks().values()}
    found = set()
    for role, place in standings(actor):
        found |= {f"{role}@{place.pk}", f"{role}@{ANYWHERE}", f"@{place.pk}"}
        found |= {f"{name}@{place.pk}" for name, line in named.items() if role in line.roles}
    if found:
        found.add(f"person:{actor.pk}")
    return frozenset(found)


class Places:
    """Institutions with all above them, each read once."""

    def __init__(self) -> None:
        self._lines: dict[int, list[int]] = {}

    def line(self, place: Institution) -> list[int]:
        """The keys of the institution and of those above it."""
        if place.pk not in self._lines:
            above = self.line(place.parent) if place.parent_id and place.parent else []
            self._lines[place.pk] = [place.pk, *above]
        return self._lines[place.pk]
