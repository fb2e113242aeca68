"""The table of rights, and who breaks its separation."""

from __future__ import annotations

from typing import Any

from lantai.foundation.accounts.models import Assignment
from lantai.foundation.desks.evaluations.evidence import Evidence, Seen
from lantai.foundation.policy import permissions, roles


class PermissionMatrix(Evidence):
    """权限表: how many rights and roles there are; nobody holds two roles that exclude each other."""

    id = "permission_matrix"
    zh = "权限分离"
    en = "Separation of rights"

    def look(self, place: Any) -> Seen:
        """From the permissions in force and every assignment."""
        held: dict[int, set[str]] = {}
        rows = Assignment.objects.filter(person__is_active=True)
        for person, role in rows.values_list("person", "role"):
            held.setdefault(person, set()).add(role)
        broken = sum(any(_excluded(role, mine) for role in mine) for mine in held.values())
        return Seen(
            not broken,
            f"{len(permissions())} 项权限、{len(roles())} 种角色；{len(held)} 人在岗，"
            f"兼任互斥角色 {broken} 人",
            f"{len(permissions())} permissions, {len(roles())} roles; of {len(held)} people "
            f"{broken} hold roles that exclude each other",
        )


def _excluded(role: str, held: set[str]) -> bool:
    excludes = roles()[role].excludes if role in roles() else ()
    others = held - {role}
    return bool(others if "*" in excludes else others & set(excludes))
