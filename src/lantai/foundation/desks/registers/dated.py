"""The dates of registers: entries by the day that their definition puts in the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse

from lantai.foundation.desks.calendar.desk import Dated, DatedDesk
from lantai.foundation.desks.registers import presenting
from lantai.foundation.desks.registers.queries import due_between, entries_for, registers_for
from lantai.foundation.refusal import localised

MOST_OF_ONE = 300  # entries of one register in a month: readings of a climate are many


class DatedRegisters(DatedDesk):
    """Every register that has a calendar."""

    id = "registers"
    permission = "registers.see"
    zh, en = "台账名录", "Registers"
    order = 4

    def between(self, actor: Any, first: date, last: date) -> Iterator[Dated]:
        """The entries of these days."""
        for definition in registers_for(actor):
            if not definition.calendar:
                continue
            rows = due_between(entries_for(actor, definition), first, last)
            kind = presenting.label_of(definition, definition.calendar)
            name = localised(definition.label_zh, definition.label_en)
            for pk, day, title in rows.values_list("pk", "day", "title")[:MOST_OF_ONE]:
                address = reverse("registers:entry", args=[definition.id, pk])
                yield Dated(day, title, address, f"{name} {kind}")
