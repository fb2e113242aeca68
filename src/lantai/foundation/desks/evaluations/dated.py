"""The dates of evaluations: a round begins, its self-scores and its review are due, it ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from lantai.foundation.desks.calendar.desk import Dated, DatedDesk
from lantai.foundation.desks.evaluations.models import Assessment, EvaluationRound
from lantai.foundation.desks.evaluations.queries import assessments_for, rounds_for


class DatedEvaluations(DatedDesk):
    """The rounds one has a part in."""

    id = "evaluations"
    permission = "evaluations.take_part"
    zh, en = "评价", "Evaluations"
    order = 2

    def between(self, actor: Any, first: date, last: date) -> Iterator[Dated]:
        """Every date of a round that falls on these days."""
        span = (first, last)
        rows = rounds_for(actor).filter(
            Q(due_date__range=span) | Q(review_due__range=span)
            | Q(opened_at__date__range=span) | Q(closed_at__date__range=span)
        )  # fmt: skip
        for row in rows:
            for one in _dates_of(actor, row):
                if first <= one.day <= last:
                    yield one

    def overdue(self, actor: Any, today: date) -> Iterator[Dated]:
        """Rounds whose self-scores or review should be done and are not."""
        rows = rounds_for(actor).filter(state=EvaluationRound.OPEN)
        for row in rows.filter(Q(due_date__lt=today) | Q(review_due__lt=today)):
            yield from (one for one in _dates_of(actor, row) if one.late)


def _dates_of(actor: Any, row: EvaluationRound) -> Iterator[Dated]:
    address, today = reverse("evaluations:round", args=[row.number]), localdate()
    yield Dated(localdate(row.opened_at), row.title, address, _("评价开始"))
    for day, kind, open_states in (
        (row.due_date, _("自评截止"), [Assessment.SELF]),
        (row.review_due, _("评审截止"), [Assessment.SELF, Assessment.REVIEW]),
    ):
        if day is not None:
            left = day < today and assessments_for(actor, row).filter(state__in=open_states)
            yield Dated(day, row.title, address, kind, bool(left and left.exists()))
    if row.closed_at is not None:
        yield Dated(localdate(row.closed_at), row.title, address, _("评价结束"))
