"""The dates of cases: when the clock of each runs out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from lantai.foundation.desks.calendar.desk import Dated, DatedDesk
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import case_url
from lantai.foundation.desks.cases.presenting import state_label
from lantai.foundation.desks.cases.queries import cases_for, definition_of


class DatedCases(DatedDesk):
    """Open cases by the day they are due."""

    id = "cases"
    permission = "cases.see"
    zh, en = "办件", "Cases"
    order = 1

    def between(self, actor: Any, first: date, last: date) -> Iterator[Dated]:
        """Those whose clock runs out on these days."""
        return _dated(cases_for(actor).filter(due_date__gte=first, due_date__lte=last))

    def overdue(self, actor: Any, today: date) -> Iterator[Dated]:
        """Those whose clock has run out."""
        return _dated(cases_for(actor).filter(due_date__lt=today))


def _dated(rows: QuerySet[Case]) -> Iterator[Dated]:
    today = localdate()
    for row in rows.filter(closed_at=None).order_by("due_date", "pk").iterator(chunk_size=500):
        if row.due_date is not None:
            label = f"{state_label(definition_of(row), row.state)}：{row.title}"
            yield Dated(row.due_date, label, case_url(row), _("到期"), row.due_date < today)
