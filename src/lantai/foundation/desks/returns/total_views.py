"""Pages of totals: a round below an institution, its parts, the years before, as page and file."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantai.core.desks.printing import KINDS
from lantai.core.desks.return_definition import ReturnDefinition
from lantai.core.desks.return_totals import shown_total
from lantai.core.tables.writing import MIME, file_blocks
from lantai.foundation.desks.handing_out import attachment_name, handed_out
from lantai.foundation.desks.measures import measure
from lantai.foundation.desks.places import below
from lantai.foundation.desks.returns import presenting
from lantai.foundation.desks.returns.definitions import definition_of
from lantai.foundation.desks.returns.models import ReturnForm, ReturnRound, ReturnTotal
from lantai.foundation.desks.returns.queries import places_of, round_for
from lantai.foundation.desks.returns.totals import total_of
from lantai.foundation.desks.returns.years import over_the_years, year_before
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound

MOST_PARTS = 60


@login_required
def totals(request: HttpRequest, number: str) -> HttpResponseBase:
    """The totals below an institution; each part leads further down."""
    require(request.user, "returns.see")
    row = round_for(request.user, number)
    definition = definition_of(row)
    place = _place(request, row)
    total = total_of(row, place)
    figures = shown_total(definition, total)
    parts = _parts(row, definition, place)
    if wanted := request.GET.get("format", ""):
        heads, lines = _table(definition, place, figures, parts)
        if wanted in KINDS:
            lines = [[presenting.mark_of(one), *line[1:]]
                     for one, line in zip(definition.numbers, lines, strict=True)]  # fmt: skip
            made = presenting.totals_sheet(row, place, total.forms, heads, lines)
            return handed_out(made, f"{row.title} {place.name}", wanted)
        if wanted not in MIME:
            raise NotFound("没有这种文件格式。", "No such format.")
        answer = StreamingHttpResponse(
            file_blocks(wanted, row.title, heads, lines), content_type=MIME[wanted]
        )
        answer["Content-Disposition"] = attachment_name(f"{row.title} {place.name}", wanted)
        return answer
    chosen = definition.by_code.get(request.GET.get("indicator", "")) or next(
        (one for one in definition.numbers if one.code in figures), None
    )
    context = {
        "round": row,
        "definition": definition,
        "place": place,
        "forms": total.forms,
        "prints": [
            {"label": kind.label, "url": f"?place={place.code}&format={key}"}
            for key, kind in KINDS.items()
        ],
        "tables": presenting.tables_of(definition, figures, year_before(row, place)),
        "parts": [
            {
                "name": part.name,
                "url": f"{reverse('returns:totals', args=[number])}?place={part.code}",
                "value": values.get(chosen.code, "") if chosen else "",
                "forms": count,
            }
            for part, values, count in parts
        ],
        "chosen": presenting.label(chosen) if chosen else "",
        "chosen_code": chosen.code if chosen else "",
        "indicators": [
            {
                "value": one.code,
                "label": f"{presenting.mark_of(one)} {presenting.label(one)}".strip(),
            }
            for one in definition.numbers
            if one.rollup != "none"
        ],
        "part_chart": _bars(parts, chosen) if chosen and parts else None,
        **(over_the_years(row, place, chosen) if chosen else {}),
    }
    return render(request, "foundation/returns/totals.html", context)


def _place(request: HttpRequest, row: ReturnRound) -> Institution:
    """The institution asked for, if the reader reaches it; else the highest one reaches."""
    mine = places_of(request.user)
    code = request.GET.get("place", "")
    if not code:
        return row.owner if row.owner in mine else mine[0]
    found = next((place for place in below(mine) if place.code == code), None)
    if found is None:
        raise NotFound("没有这个机构，或它不归您查看。", "No such institution, or it is not yours.")
    return found


def _parts(
    row: ReturnRound, definition: ReturnDefinition, place: Institution
) -> list[tuple[Institution, dict[str, Any], int]]:
    known = Q(pk__in=ReturnTotal.objects.filter(round=row).values("institution_id"))
    known |= Q(pk__in=row.forms.exclude(state=ReturnForm.FILLING).values("body_id"))
    found = []
    for part in Institution.objects.filter(known, parent=place).order_by("code")[:MOST_PARTS]:
        total = total_of(row, part)
        found.append((part, shown_total(definition, total), total.forms))
    return found


def _bars(parts: list[tuple[Institution, dict[str, Any], int]], chosen: Any) -> dict[str, Any]:
    return {
        "xAxis": {"type": "category", "data": [part.name for part, _v, _n in parts]},
        "yAxis": {"type": "value"},
        "series": [
            {
                "type": "bar",
                "name": presenting.label(chosen),
                "data": [values.get(chosen.code, 0) for _p, values, _n in parts],
            }
        ],
    }


def _table(
    definition: ReturnDefinition, place: Institution, figures: Any,
    parts: list[tuple[Institution, dict[str, Any], int]],
) -> tuple[list[str], list[list[Any]]]:  # fmt: skip
    """The totals as headings and rows: the whole, then each part."""
    heads = [_("代码"), _("指标"), _("单位"), place.name, *(part.name for part, _v, _n in parts)]
    rows = [
        [
            one.code, presenting.label(one), measure(one.unit), figures.get(one.code, ""),
            *(values.get(one.code, "") for _p, values, _n in parts),
        ]
        for one in definition.numbers
    ]  # fmt: skip
    return heads, rows
