"""The dates of returns: forms are due at the bodies, then level by level at those who review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from lantai.foundation.desks.calendar.desk import Dated, DatedDesk
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound
from lantai.foundation.desks.returns.queries import forms_for, places_of, rounds_for
from lantai.foundation.desks.returns.tree import due_at_level, parents_of_all, way_up

FARTHEST = timedelta(days=800)  # no level is due later than that after the bodies


class DatedReturns(DatedDesk):
    """The rounds one fills in, reviews or has asked for."""

    id = "returns"
    permission = "returns.see"
    zh, en = "统计填报", "Returns"
    order = 3

    def between(self, actor: Any, first: date, last: date) -> Iterator[Dated]:
        """The days on which forms are due at the bodies, and at my own institutions."""
        rows = rounds_for(actor).filter(due_date__lte=last, due_date__gte=first - FARTHEST)
        for one in _dates_of(actor, rows):
            if first <= one.day <= last:
                yield one

    def overdue(self, actor: Any, today: date) -> Iterator[Dated]:
        """Those that are over while forms are still there."""
        rows = rounds_for(actor).filter(due_date__lt=today, state=ReturnRound.OPEN)
        return (one for one in _dates_of(actor, rows) if one.late)


def _dates_of(actor: Any, rows: Any) -> Iterator[Dated]:
    parents, today = parents_of_all(), localdate()
    mine = {place.pk: place for place in places_of(actor)}
    for row in rows:
        address = reverse("returns:round", args=[row.number])
        forms = forms_for(actor).filter(round=row)
        open_now = row.state == ReturnRound.OPEN
        if row.due_date is not None:
            late = open_now and row.due_date < today
            left = late and forms.filter(state=ReturnForm.FILLING).exists()
            yield Dated(row.due_date, row.title, address, _("填报截止"), left)
        levels: set[tuple[int, int]] = set()
        for body in row.forms.values_list("body_id", flat=True):
            way = way_up(body, row.owner_id, parents)
            levels |= {(n, pk) for n, pk in enumerate(way, 1) if pk in mine}
        for level, pk in sorted(levels):
            day = due_at_level(row, level)
            if day is not None:
                waits = forms.filter(at_id=pk, state=ReturnForm.REVIEWING)
                late = open_now and day < today and waits.exists()
                kind = _("审核截止（{place}）").format(place=mine[pk].name)
                yield Dated(day, row.title, f"{address}?at={mine[pk].code}", kind, late)
