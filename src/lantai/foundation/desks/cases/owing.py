"""Reminders of cases 办件到期提醒: those whose clock runs out soon or has run out."""

from __future__ import annotations

from django.utils.timezone import localdate

from lantai.foundation.desks.cases.definitions import case_definitions, rules_for
from lantai.foundation.desks.cases.handling import REMINDED, remind_case
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.queries import days_left
from lantai.foundation.desks.owed.desk import OwingDesk
from lantai.foundation.desks.owed.operations import FARTHEST
from lantai.foundation.work import Act


class OwingCases(OwingDesk):
    """The open cases whose state has a clock."""

    id = "cases"

    def remind(self, act: Act) -> int:
        """Each state says how many working days before; what was told stands in the case's steps."""
        known = case_definitions().all()
        rows = Case.objects.filter(closed_at=None, due_date__lte=localdate() + FARTHEST)
        sent = 0
        for case in rows.filter(definition__in=list(known)).order_by("pk"):
            rules = rules_for(case.definition, case.definition_version)
            state, left = rules.by_state.get(case.state), days_left(case)
            if state is None or left is None or left > state.remind_working_days:
                continue
            told = case.steps.filter(transition=REMINDED, at__gte=case.state_since)
            if any(bool(row.data.get("late")) == (left < 0) for row in told):
                continue
            remind_case(act, case=case, late=left < 0)
            sent += 1
        return sent
