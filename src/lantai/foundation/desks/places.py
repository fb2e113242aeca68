"""Places 所及机构: at which institutions a table of roles lets a person act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lantai.core.desks.register_definition import Reach
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import Operator, roles, standings
from lantai.foundation.refusal import NotPermitted


def below(places: Iterable[Institution]) -> list[Institution]:
    """These institutions and all below them, level by level."""
    found = {place.pk: place for place in places}
    level = list(found)
    while level:
        rows = Institution.objects.filter(parent_id__in=level).order_by("code")
        fresh = [row for row in rows if row.pk not in found]
        found.update({row.pk: row for row in fresh})
        level = [row.pk for row in fresh]
    return list(found.values())


def reached(actor: Any, table: Iterable[Reach]) -> set[int] | None:
    """The keys of the institutions a person reaches by the table; None means all of them."""
    if isinstance(actor, Operator):
        return None
    own: set[int] = set()
    tops: list[Institution] = []
    held = standings(actor)
    for line in table:
        for role, place in held:
            if role not in line.roles:
                continue
            if line.reach == "any":
                return None
            own.add(place.pk)
            if line.reach == "subtree":
                tops.append(place)
    return own | {place.pk for place in below(tops)} if tops else own


def may_reach(actor: Any, table: Iterable[Reach], institution: Any) -> bool:
    """Does the table let this person act at the institution?"""
    if isinstance(actor, Operator):
        return True
    held = standings(actor)
    return any(
        role in line.roles and _covers(line.reach, place, institution)
        for line in table
        for role, place in held
    )


def _covers(reach: str, place: Institution, institution: Institution) -> bool:
    if reach == "any" or place.pk == institution.pk:
        return True
    above = institution.parent if reach == "subtree" else None
    while above is not None:
        if above.pk == place.pk:
            return True
        above = above.parent
    return False


def own_places(actor: Any, table: Iterable[Reach]) -> list[Institution]:
    """The institutions at which the person holds one of the table's roles."""
    named = {role for line in table for role in line.roles}
    return list({place.pk: place for role, place in standings(actor) if role in named}.values())


def require_reach(actor: Any, table: Iterable[Reach], institution: Any) -> None:
    """`NotPermitted`, naming the roles of the table, unless the person may."""
    if not may_reach(actor, table, institution):
        known = roles()
        named = [known[r] for line in table for r in line.roles if r in known]
        zh, en = "、".join(r.zh for r in named), ", ".join(r.en for r in named)
        raise NotPermitted(
            f"{institution.name}的这项内容由{zh}办理；如确需办理，请联系安全保密管理员授权。",
            f"This belongs to {en} at the institution; ask the security administrator.",
        )
