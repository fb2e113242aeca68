"""The way upward 上报路径: from a body through those above it to whoever asked."""

from __future__ import annotations

from datetime import date

from lantai.core.calendar import add_working_days
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound
from lantai.foundation.institutions.models import Institution


def parents_of_all() -> dict[int, int | None]:
    """Every institution's superior, in one question."""
    return dict(Institution.objects.values_list("pk", "parent_id"))


def way_up(body: int, owner: int, parents: dict[int, int | None]) -> list[int]:
    """The institutions that review a body's form, lowest first, the owner last; [] if none leads."""
    way: list[int] = []
    here = parents.get(body)
    while here is not None and here not in way:
        way.append(here)
        if here == owner:
            return way
        here = parents.get(here)
    return []


def parents_below(owner: int, parents: dict[int, int | None]) -> dict[int, int | None]:
    """The tree as a round sees it: nothing stands above its owner."""
    return {**parents, owner: None}


def due_at(form: ReturnForm, place: Institution) -> date | None:
    """When a body's form is due at a place: its own filling in, then level by level."""
    if place.pk == form.body_id:
        return due_at_level(form.round, 0)  # without asking for the tree: rounds open by hundreds
    way = way_up(form.body_id, form.round.owner_id, parents_of_all())
    level = way.index(place.pk) + 1 if place.pk in way else 0
    return due_at_level(form.round, level)


def due_at_level(row: ReturnRound, level: int) -> date | None:
    """When the forms are due at a level: 0 the bodies themselves, 1 those right above them."""
    if row.due_date is None or not row.review_days or not level:
        return row.due_date
    return add_working_days(row.due_date, row.review_days * level)
