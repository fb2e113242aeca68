"""The three administrators of a body."""

from __future__ import annotations

from typing import Any

from lantai.foundation.accounts.models import Assignment
from lantai.foundation.desks.evaluations.evidence import Evidence, Seen
from lantai.foundation.policy import roles

THREE = ("system_admin", "security_admin", "audit_admin")


class ThreeAdministrators(Evidence):
    """三员: system, security and audit administrator are there, and are three people."""

    id = "three_administrators"
    zh = "三员分立"
    en = "Three administrators"

    def look(self, place: Any) -> Seen:
        """Those of the body, else of the nearest above or the archives it belongs to."""
        held: dict[str, set[int]] = {}
        for body in _responsible(place):
            rows = Assignment.objects.filter(
                institution=body, role__in=THREE, person__is_active=True
            )
            for role, person in rows.values_list("role", "person"):
                held.setdefault(role, set()).add(person)
            if held:
                break
        known = roles()
        missing = [role for role in THREE if role not in held]
        people = [person for found in held.values() for person in found]
        twice = len(people) - len(set(people))
        zh = "、".join(f"{known[r].zh} {len(held.get(r, ()))} 人" for r in THREE)
        en = ", ".join(f"{known[r].en} {len(held.get(r, ()))}" for r in THREE)
        return Seen(
            not missing and not twice, f"{zh}，兼任 {twice} 人", f"{en}; held twice {twice}"
        )


def _responsible(place: Any) -> list[Any]:
    found, here = [], place
    while here is not None and here not in found:
        found.append(here)
        here = here.archives or here.parent if here is place else here.parent
    return found
