"""What a return waits for 填报待办: a form at its body or at a level of review, until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate

from lantai.foundation.desks.owed.desk import OwingDesk
from lantai.foundation.desks.owed.handing import open_hands
from lantai.foundation.desks.owed.operations import FARTHEST, remind_all
from lantai.foundation.desks.owed.pressing import Owed, Owner
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound
from lantai.foundation.desks.returns.tree import due_at_level, parents_of_all, way_up
from lantai.foundation.institutions.models import Institution
from lantai.foundation.work import Act

ROLES = {"unit": "records_officer", "archives": "archivist", "authority": "supervisor"}


def role_at(place: Institution) -> str:
    """Who is called upon at an institution."""
    return ROLES.get(place.kind, "supervisor")


def stage_of(form: ReturnForm) -> str:
    """The step a form is at: its body fills it in, or a level reviews it."""
    return form.state if form.at_id is None else f"{form.state}@{form.at_id}"


def owed_of(form: ReturnForm, parents: dict[int, int | None] | None = None) -> Owed | None:
    """What is to be done with a form below its owner's own desk; None when nothing is."""
    at = form.round
    if at.state != ReturnRound.OPEN or form.state == ReturnForm.ACCEPTED:
        return None
    filling = form.state == ReturnForm.FILLING
    place = form.body if filling else form.at
    if place is None:
        return None
    handed = open_hands(form.urn, stage_of(form))
    return Owed(
        urn=form.urn, desk="return", stage=stage_of(form), due=due_of(form, parents),
        title=f"填报：{at.title}" if filling else f"审核：{form.body.name} {at.title}",
        url=reverse("returns:form", args=[form.pk]),
        owners=(Owner(place, role_at(place)), *(Owner(place, person=one.person) for one in handed)),
    )  # fmt: skip


def due_of(form: ReturnForm, parents: dict[int, int | None] | None = None) -> date | None:
    """When the step a form is at is due."""
    if form.at_id is None:
        return form.round.due_date
    way = way_up(form.body_id, form.round.owner_id, parents or parents_of_all())
    return due_at_level(form.round, way.index(form.at_id) + 1 if form.at_id in way else 0)


def overdue_of(row: ReturnRound) -> list[ReturnForm]:
    """The forms of a round that wait at somebody else's although their day is over."""
    today, parents = localdate(), parents_of_all()
    if row.due_date is None or row.due_date >= today:
        return []
    rows = _waiting(row.forms.exclude(at=row.owner_id))
    return [form for form in rows if (due := due_of(form, parents)) and due < today]


def _waiting(rows: Any) -> Iterable[ReturnForm]:
    open_now = rows.filter(round__state=ReturnRound.OPEN).exclude(state=ReturnForm.ACCEPTED)
    found: Iterable[ReturnForm] = open_now.select_related("round", "body", "at").order_by(
        "body__code", "pk"
    )
    return found


class OwingReturns(OwingDesk):
    """The forms of open rounds."""

    id = "returns"

    def remind(self, act: Act) -> int:
        """Each form where it is, by that level's own day."""
        return remind_all(act, self._owing())

    def _owing(self) -> Iterator[Owed]:
        parents, until = parents_of_all(), localdate() + FARTHEST
        rows = ReturnForm.objects.filter(round__due_date__lte=until)
        for form in _waiting(rows):
            due = due_of(form, parents)
            if due is not None and due <= until and (owed := owed_of(form, parents)):
                yield owed
