"""Verbs of what is owed: the clock reminds those who owe a step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils.timezone import localdate

from lantai.core.calendar import working_days_between
from lantai.core.desks.case_definition import REMIND_WORKING_DAYS
from lantai.foundation.desks.owed.models import Pressed
from lantai.foundation.desks.owed.pressing import Owed, press, pressed_on
from lantai.foundation.operation import operation
from lantai.foundation.work import Act, note

FARTHEST = timedelta(days=60)  # nothing is reminded of earlier than that


@operation(permission="cases.remind", event="matter_reminder")
def remind_owed(act: Act, /, *, owed: Owed, late: bool) -> bool:
    """Tell those who owe a step that its day comes near, or that it is over."""
    if owed.due is None:
        return False
    note(late=late, due=owed.due.isoformat(), stage=owed.stage)
    return press(act, owed, Pressed.LATE if late else Pressed.SOON, owed.due)


def remind_all(act: Act, owing: Iterable[Owed]) -> int:
    """Remind of each that is near or over and was not yet told of; how many."""
    today, near = localdate(), []
    for owed in owing:
        left = working_days_between(today, owed.due) if owed.due else None
        if left is not None and left <= REMIND_WORKING_DAYS:
            near.append((owed, left < 0))
    sent = 0
    for late in (False, True):
        days = {o.due for o, over in near if over == late and o.due}
        for day in sorted(days):
            some = [o for o, over in near if over == late and o.due == day]
            told = pressed_on(Pressed.LATE if late else Pressed.SOON, day)
            for owed in some:
                if (owed.urn, owed.stage) not in told:
                    sent += remind_owed(act, owed=owed, late=late)
    return sent
