"""What an evaluation waits for 评价待办: a body's self-score, an expert's review; by whom, until when."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from lantai.foundation.desks.evaluations.definitions import evaluation_definitions
from lantai.foundation.desks.evaluations.models import Assessment, EvaluationRound
from lantai.foundation.desks.evaluations.operations import sheet_url
from lantai.foundation.desks.evaluations.queries import fresh_opinions, scheme_of
from lantai.foundation.desks.owed.desk import OwingDesk
from lantai.foundation.desks.owed.handing import open_hands
from lantai.foundation.desks.owed.operations import FARTHEST, remind_all
from lantai.foundation.desks.owed.pressing import Owed, Owner
from lantai.foundation.work import Act


def owed_of(row: Assessment) -> Owed | None:
    """What is to be done by others than who runs the round; None when nothing is."""
    at = row.round
    if row.state == Assessment.SELF:
        owners, due, title = _scorers(row), at.due_date, f"自评：{at.title}"
    elif row.state == Assessment.REVIEW:
        owners, due, title = _experts(row), at.review_due, f"评审：{row.subject.name} {at.title}"
    else:
        return None
    if not owners:
        return None
    return Owed(row.urn, "evaluation", row.state, title, sheet_url(row), due, tuple(owners))


def _scorers(row: Assessment) -> list[Owner]:
    roles = [Owner(row.subject, role) for role in scheme_of(row.round).self_by.split()]
    handed = open_hands(row.urn, Assessment.SELF)
    return [*roles, *(Owner(row.subject, person=one.person) for one in handed)]


def _experts(row: Assessment) -> list[Owner]:
    """Those who have not scored since it was handed in; a colleague in place of who handed over."""
    said = fresh_opinions(row)
    instead = {one.giver_id: one.person for one in open_hands(row.urn, Assessment.REVIEW)}
    people = [
        instead.get(member.person_id, member.person)
        for member in row.round.panel.select_related("person").order_by("pk")
    ]
    return [Owner(row.round.organiser, person=one) for one in people if one.urn not in said]


def overdue_of(round_: EvaluationRound, today: date | None = None) -> list[Owed]:
    """What should have been done before today in a round, and is not."""
    day = today or localdate()
    found = (owed_of(row) for row in _waiting().filter(round=round_))
    return [owed for owed in found if owed and owed.due and owed.due < day]


def _waiting() -> QuerySet[Assessment]:
    rows = Assessment.objects.filter(state__in=[Assessment.SELF, Assessment.REVIEW])
    return rows.select_related("round__organiser", "subject").order_by("subject__code", "pk")


class OwingEvaluations(OwingDesk):
    """The sheets of open rounds."""

    id = "evaluations"

    def remind(self, act: Act) -> int:
        """Self-scores and reviews, each by its own day."""
        until = localdate() + FARTHEST
        rows = _waiting().filter(
            Q(state=Assessment.SELF, round__due_date__lte=until)
            | Q(state=Assessment.REVIEW, round__review_due__lte=until),
            round__definition__in=list(evaluation_definitions().all()),
        )
        return remind_all(act, (owed for row in rows if (owed := owed_of(row))))
