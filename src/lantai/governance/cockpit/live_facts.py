"""Live facts 实时数据 of a body: who works there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lantai.foundation.accounts.models import Assignment
from lantai.foundation.desks.evaluations.definitions import LiveFact, live_fact
from lantai.foundation.policy import roles


def _held(place: Any) -> Any:
    return Assignment.objects.filter(institution=place, person__is_active=True)


def _listed(place: Any) -> Iterator[tuple[str, str]]:
    known = roles()
    for row in _held(place).select_related("person").order_by("person__name")[:200]:
        yield f"{row.person.name} {known[row.role].label if row.role in known else row.role}", ""


live_fact(LiveFact("staff", "在岗人员", "people in post",
                   lambda p: _held(p).values("person").distinct().count(), _listed, "人"))  # fmt: skip
