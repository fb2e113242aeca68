"""Figures of registers: statistics with charts, the calendar; the list everybody may read."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lantai.foundation.desks.calendar.desk import Dated
from lantai.foundation.desks.calendar.months import month_asked, month_shown
from lantai.foundation.desks.figures import panels
from lantai.foundation.desks.registers import presenting
from lantai.foundation.desks.registers.definitions import definition_of, register_definitions
from lantai.foundation.desks.registers.queries import (
    due_between,
    entries_for,
    narrowed,
    public_entries,
)
from lantai.foundation.desks.registers.statistics import statistics_of
from lantai.foundation.desks.registers.views import seen_definition, wanted_of
from lantai.foundation.paging import page_by_key
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound, localised


@login_required
def statistics(request: HttpRequest, key: str) -> HttpResponse:
    """Every statistic of a register over what the reader may see; each figure leads to its rows."""
    require(request.user, "registers.see")
    definition = seen_definition(request, key)
    rows = narrowed(
        entries_for(request.user, definition), definition, wanted_of(request, definition)
    )
    place = reverse("registers:register", args=[key])
    figures = panels(statistics_of(rows, definition), place)
    context = {
        "register": definition,
        "label": localised(definition.label_zh, definition.label_en),
        "figures": figures,
        "total": rows.count(),
    }
    return render(request, "foundation/registers/statistics.html", context)


@login_required
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """A month of a register's dates."""
    require(request.user, "registers.see")
    definition = seen_definition(request, key)
    if not definition.calendar:
        raise NotFound("这个台账没有日历。", "This register has no calendar.")
    first, last = month_asked(request)
    rows = due_between(entries_for(request.user, definition), first, last)
    dates = (
        Dated(row.day, row.title, reverse("registers:entry", args=[key, row.pk]))
        for row in rows
        if row.day
    )
    context = {
        "register": definition,
        "label": localised(definition.label_zh, definition.label_en),
        "field": presenting.label_of(definition, definition.calendar),
        **month_shown(request, first, dates),
    }
    return render(request, "foundation/registers/calendar.html", context)


def public_registers(request: HttpRequest) -> HttpResponse:
    """The registers that are published."""
    found = [
        {
            "id": one.id,
            "label": localised(one.label_zh, one.label_en),
            "note": localised(one.note_zh, one.note_en),
            "count": public_entries(one).count(),
        }
        for one in register_definitions().all().values()
        if one.publication != "closed"
    ]
    shown = [one for one in found if one["count"]]
    return render(request, "foundation/registers/public_registers.html", {"registers": shown})


def public_register(request: HttpRequest, key: str) -> HttpResponse:
    """What the public may read of a register: published entries, public fields."""
    definition = definition_of(key)
    if definition.publication == "closed":
        raise NotFound("没有公布这个名录。", "This list is not published.")
    fields = [f for f in definition.shown if f.public] or [definition.by_field[definition.title]]
    rows = public_entries(definition)
    text = request.GET.get("q", "").strip()
    if text:  # the title alone: a hidden field must not answer by whether it is found
        rows = rows.filter(title__icontains=text)
    page = page_by_key(rows, request.GET, key="pk")
    context = {
        "register": definition,
        "label": localised(definition.label_zh, definition.label_en),
        "note": localised(definition.note_zh, definition.note_en),
        "columns": [
            {
                "label": localised(f.label_zh, f.label_en),
                "kind": "title" if f.name == definition.title else "",
            }
            for f in fields
        ],
        "rows": [
            {
                "id": row.pk,
                "cells": [{"text": presenting.shown(f, row.values.get(f.name))} for f in fields],
            }
            for row in page.rows
        ],
        "total": page.total,
        "text": text,
        "pager": page.pager,
    }
    return render(request, "foundation/registers/public_register.html", context)
