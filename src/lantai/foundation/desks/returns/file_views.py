"""Files of the returns desk: rounds and a round's forms as tables, figures taken in; statistics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lantai.core.desks.return_definition import Indicator, ReturnDefinition
from lantai.foundation.desks.figures import panels
from lantai.foundation.desks.returns import presenting
from lantai.foundation.desks.returns.definitions import definition_of
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound
from lantai.foundation.desks.returns.queries import (
    forms_for,
    round_for,
    rounds_for,
    values_of,
)
from lantai.foundation.desks.returns.statistics import narrowed, statistics_of
from lantai.foundation.desks.returns.tasks import IMPORT
from lantai.foundation.desks.searching.finding import Asked, every_found
from lantai.foundation.desks.tables import pages
from lantai.foundation.desks.tables.forms import cell_notes
from lantai.foundation.desks.tables.giving import given_out, require_form
from lantai.foundation.desks.tables.pages import Importing
from lantai.foundation.policy import institutions_of, permissions, require
from lantai.foundation.refusal import NotPermitted


@login_required
def export_rounds(request: HttpRequest, form: str) -> HttpResponseBase:
    """The rounds I may see."""
    require(request.user, "returns.see")
    require_form(form)
    rows = rounds_for(request.user)
    heads = [_("编号"), _("标题"), _("报表"), _("统计期"), _("布置机构"), _("状态"), _("布置日期"),
             _("截止日期")]  # fmt: skip
    if form == "json":
        heads = ["number", "title", "definition", "period", "owner", "state", "opened_at",
                 "due_date"]  # fmt: skip
    return given_out(
        request, form, _("填报任务"), heads, _rounds(rows.iterator(chunk_size=500), form == "json"),
        desk="returns", subject="rounds", count=rows.count(),
    )  # fmt: skip


def _rounds(rows: Iterator[ReturnRound], plain: bool) -> Iterator[list[Any]]:
    for row in rows:
        yield [
            row.number, row.title,
            row.definition if plain else presenting.label(definition_of(row)), row.period,
            row.owner.code if plain else row.owner.name, row.state,
            f"{localtime(row.opened_at):%Y-%m-%d}", str(row.due_date or ""),
        ]  # fmt: skip


def forms_of(request: HttpRequest, row: ReturnRound) -> QuerySet[ReturnForm]:
    """The round's forms that the reader sees and the address names."""
    forms = narrowed(forms_for(request.user).filter(round=row), request.GET.dict())
    text = request.GET.get("q", "").strip()
    if text:
        asked = Asked(text, desk="returns", series=row.number, state=request.GET.get("state", ""))
        forms = forms.filter(pk__in=every_found(request.user, asked, ReturnForm))
    return forms.order_by("body__code")


@login_required
def export_round(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """The forms of a round as they are filtered, a column an indicator."""
    require(request.user, "returns.see")
    require_form(form)
    row = round_for(request.user, number)
    definition, rows = definition_of(row), forms_of(request, row)
    plain = form == "json"
    heads = ["body", "name", "state"] if plain else [_("单位代码"), _("填报单位"), _("状态")]
    heads += [one.code if plain else headed(one) for one in definition.indicators]
    return given_out(
        request, form, row.title, heads,
        _bodies(definition, rows.iterator(chunk_size=500), plain),
        desk="returns", subject=number, count=rows.count(),
    )  # fmt: skip


def headed(one: Indicator) -> str:
    """An indicator's heading; a table with it can be read in again."""
    return f"{one.code} {presenting.label(one)}"


def _bodies(
    definition: ReturnDefinition, rows: Iterator[ReturnForm], plain: bool
) -> Iterator[list[Any]]:
    words = presenting.state_words()
    for row in rows:
        values = values_of(row)
        yield [
            row.body.code, row.body.name, row.state if plain else words[row.state],
            *("" if values.get(one.code) is None else values[one.code]
              for one in definition.indicators),
        ]  # fmt: skip


@login_required
def statistics(request: HttpRequest, number: str) -> HttpResponse:
    """A round in figures; each leads to its forms."""
    require(request.user, "returns.see")
    row = round_for(request.user, number)
    forms = forms_for(request.user).filter(round=row)
    place = reverse("returns:round", args=[number])
    context = {
        "round": row, "total": forms.count(),
        "figures": panels(statistics_of(row, forms), place),
    }  # fmt: skip
    return render(request, "foundation/returns/statistics.html", context)


def fillable(actor: Any, row: ReturnRound) -> list[Any]:
    """The bodies whose form of the round the person may fill in now."""
    if row.state == ReturnRound.LOCKED:
        return []
    places = institutions_of(actor, permissions()["returns.fill"].roles)
    forms = forms_for(actor).filter(round=row, body__in=places, state=ReturnForm.FILLING)
    return [form.body for form in forms.order_by("body__code")]


@login_required
def import_file(request: HttpRequest, number: str) -> HttpResponseBase:
    """Figures from a table: of one body's form, or of all the bodies one fills in for."""
    require(request.user, "returns.see")
    row = round_for(request.user, number)
    bodies = fillable(request.user, row)
    if not bodies:
        raise NotPermitted("这次填报没有等您填写的表。", "No form of this round waits for you.")
    definition = definition_of(row)
    example = reverse("returns:export_round", args=[number, "xlsx"])
    one = Importing(
        task=IMPORT,
        subject=f"return-round:{number}",
        title=_("导入填报：%(name)s"),
        label=row.title,
        places=bodies,
        place_label=_("填报单位"),
        by_column=True,
        columns=[_("单位代码"), *(headed(e) for e in definition.indicators if not e.formula)],
        back=reverse("returns:round", args=[number]),
        part="returns:import_part",
        part_args=(number,),
        arguments={"round": number},
        notes=[
            *cell_notes(),
            _("由公式算出的指标不用填；已报送、已通过或已锁定的表逐行退回并写明原因。"),
        ],
        offered=[(_("现有的数字"), f"{example}?state=filling")],
    )
    return pages.import_page(request, one)


@login_required
def import_part(request: HttpRequest, number: str, pk: int, part: str) -> HttpResponseBase:
    """The report of an import, or its refused rows."""
    return pages.import_part(request, IMPORT, f"return-round:{number}", pk, part)
