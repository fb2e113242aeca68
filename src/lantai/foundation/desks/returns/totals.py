"""Totals of a round: rolled up whole, or changed at once where one form changed."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import transaction

from lantai.core.desks.return_definition import ReturnDefinition
from lantai.core.desks.return_totals import (
    Total,
    change,
    has_extremes,
    nothing,
    read_row,
    roll_up,
    write_row,
    write_rows,
)
from lantai.foundation.bulk_rows import insert_columns
from lantai.foundation.desks.returns.definitions import definition_of
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound, ReturnTotal
from lantai.foundation.desks.returns.tree import parents_below, parents_of_all, way_up


@transaction.atomic
def roll_up_round(row: ReturnRound) -> dict[int, Total]:
    """Add up every form that counts, and write the totals anew."""
    definition = definition_of(row)
    counting = row.forms.exclude(state=ReturnForm.FILLING).values_list("body_id", "cells")
    parents = parents_below(row.owner_id, parents_of_all())
    found = roll_up(definition, list(counting), parents)
    above = set(parents.values())  # a body with nobody below it has its form
    ReturnTotal.objects.filter(round=row).delete()
    written = {node: total for node, total in found.items() if node in above}
    if written:
        rows = list(written.values())
        insert_columns(
            ReturnTotal,
            len(rows),
            {
                "institution_id": written,
                "figures": write_rows(np.stack([total.figures for total in rows])),
                "counts": write_rows(np.stack([total.counts for total in rows])),
                "forms": [total.forms for total in rows],
            },
            {"round_id": row.pk},
        )
    return found


def roll_up_all() -> None:
    """Every round's totals, which storage does not hold: they follow from its forms."""
    for row in ReturnRound.objects.all():
        roll_up_round(row)


def form_changed(form: ReturnForm, before: str | None, after: str | None) -> None:
    """One form's figures changed (None: they do not count): every total above it follows."""
    row = form.round
    definition = definition_of(row)
    if has_extremes(definition):
        roll_up_round(row)
        return
    size = len(definition.numbers)
    old = None if before is None else read_row(before, size)
    new = None if after is None else read_row(after, size)
    for node in way_up(form.body_id, row.owner_id, parents_of_all()):
        stored = ReturnTotal.objects.filter(round=row, institution_id=node).first()
        total = change(_total(definition, stored), old, new)
        ReturnTotal.objects.update_or_create(
            round=row,
            institution_id=node,
            defaults={
                "figures": write_row(total.figures),
                "counts": write_row(total.counts),
                "forms": total.forms,
            },
        )


def _total(definition: ReturnDefinition, stored: ReturnTotal | None) -> Total:
    if stored is None:
        return nothing(definition)
    size = len(definition.numbers)
    return Total(read_row(stored.figures, size), read_row(stored.counts, size), stored.forms)


def total_of(row: ReturnRound, institution: Any) -> Total:
    """What stands below an institution in a round; its own form, where nobody is below it."""
    definition = definition_of(row)
    stored = ReturnTotal.objects.filter(round=row, institution=institution).first()
    if stored is None:
        form = row.forms.filter(body=institution).exclude(state=ReturnForm.FILLING).first()
        if form is not None:
            return change(nothing(definition), None, read_row(form.cells, len(definition.numbers)))
    return _total(definition, stored)
