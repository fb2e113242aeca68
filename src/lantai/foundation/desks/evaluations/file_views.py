"""Files of the evaluations desk: rounds, a round's bodies and self-scores as tables; figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lantai.core.desks.evaluation_definition import EvaluationDefinition, Indicator
from lantai.foundation.desks.evaluations.importing import choices_of
from lantai.foundation.desks.evaluations.models import Assessment, EvaluationRound
from lantai.foundation.desks.evaluations.presenting import grade_label, state_label
from lantai.foundation.desks.evaluations.queries import (
    assessments_for,
    round_for,
    rounds_for,
    scheme_of,
    scores_self,
)
from lantai.foundation.desks.evaluations.statistics import narrowed, statistics_of
from lantai.foundation.desks.evaluations.tasks import IMPORT
from lantai.foundation.desks.figures import panels
from lantai.foundation.desks.tables import pages
from lantai.foundation.desks.tables.forms import cell_notes
from lantai.foundation.desks.tables.giving import given_out, require_form
from lantai.foundation.desks.tables.pages import Importing
from lantai.foundation.policy import institutions_of, require
from lantai.foundation.refusal import NotPermitted, localised


@login_required
def export_rounds(request: HttpRequest, form: str) -> HttpResponseBase:
    """The rounds I have a part in."""
    require(request.user, "evaluations.take_part")
    require_form(form)
    rows = rounds_for(request.user)
    heads = [_("编号"), _("名称"), _("方案"), _("组织机构"), _("状态"), _("开始"), _("自评截止"),
             _("评审截止")]  # fmt: skip
    if form == "json":
        heads = ["number", "title", "definition", "organiser", "state", "opened_at", "due_date",
                 "review_due"]  # fmt: skip
    return given_out(
        request, form, _("评价批次"), heads, _rounds(rows.iterator(chunk_size=500), form == "json"),
        desk="evaluations", subject="rounds", count=rows.count(),
    )  # fmt: skip


def _rounds(rows: Iterator[EvaluationRound], plain: bool) -> Iterator[list[Any]]:
    for row in rows:
        scheme = scheme_of(row)
        yield [
            row.number, row.title,
            row.definition if plain else localised(scheme.label_zh, scheme.label_en),
            row.organiser.code if plain else row.organiser.name, row.state,
            f"{localtime(row.opened_at):%Y-%m-%d}", str(row.due_date or ""),
            str(row.review_due or ""),
        ]  # fmt: skip


@login_required
def export_round(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """The bodies of a round that the reader sees, a column an indicator: what was claimed."""
    require(request.user, "evaluations.take_part")
    require_form(form)
    row = round_for(request.user, number)
    scheme = scheme_of(row)
    rows = narrowed(assessments_for(request.user, row), scheme, request.GET.dict())
    if form == "json":
        heads = ["body", "name", "state", "total", "grade", *(e.id for e in scheme.leaves)]
    else:
        heads = [_("单位代码"), _("被评单位"), _("状态"), _("总分"), _("等次"),
                 *(headed(e) for e in scheme.leaves)]  # fmt: skip
    return given_out(
        request, form, row.title, heads, _bodies(rows, scheme, form == "json"),
        desk="evaluations", subject=number, count=len(rows),
    )  # fmt: skip


def headed(entry: Indicator) -> str:
    """An indicator's heading; a table with it can be read in again."""
    return f"{entry.id} {localised(entry.label_zh, entry.label_en)}"


def _bodies(
    rows: list[Assessment], scheme: EvaluationDefinition, plain: bool
) -> Iterator[list[Any]]:
    words = {} if plain or scheme.mode == "points" else choices_of(scheme)
    for row in rows:
        claimed = [row.answers.get(e.id, {}).get("claimed") for e in scheme.leaves]
        yield [
            row.subject.code, row.subject.name, row.state if plain else state_label(row),
            "" if row.total is None else row.total,
            row.grade if plain else grade_label(row, scheme),
            *("" if v is None else localised(*words[v]) if v in words else v for v in claimed),
        ]  # fmt: skip


@login_required
def statistics(request: HttpRequest, number: str) -> HttpResponse:
    """A round in figures; each leads to its bodies."""
    require(request.user, "evaluations.take_part")
    row = round_for(request.user, number)
    scheme = scheme_of(row)
    rows = list(assessments_for(request.user, row).select_related("subject__parent"))
    place = reverse("evaluations:round", args=[number])
    context = {
        "round": row, "scheme": scheme, "total": len(rows),
        "figures": panels(statistics_of(rows, scheme), place),
    }  # fmt: skip
    return render(request, "foundation/evaluations/statistics.html", context)


def may_import(actor: Any, row: EvaluationRound) -> bool:
    """Does the person score for a body of the round that has not handed in yet?"""
    return bool(_bodies_of(actor, row))


def _bodies_of(actor: Any, row: EvaluationRound) -> list[Any]:
    if not institutions_of(actor, scheme_of(row).self_by.split()):
        return []
    rows = assessments_for(actor, row).filter(state=Assessment.SELF)
    return [one.subject for one in rows if scores_self(actor, one)]


@login_required
def import_file(request: HttpRequest, number: str) -> HttpResponseBase:
    """Self-scores from a table: of one body, or of all the bodies one scores for."""
    require(request.user, "evaluations.take_part")
    row = round_for(request.user, number)
    bodies = _bodies_of(request.user, row)
    if not bodies:
        raise NotPermitted(
            "本批次没有等您自评的单位。", "No body of this round waits for your score."
        )
    scheme = scheme_of(row)
    example = reverse("evaluations:export_round", args=[number, "xlsx"])
    one = Importing(
        task=IMPORT,
        subject=f"evaluation:{number}",
        title=_("导入自评：%(name)s"),
        label=row.title,
        places=bodies,
        place_label=_("被评单位"),
        by_column=True,
        columns=[_("单位代码"), *(headed(e) for e in scheme.leaves)],
        back=reverse("evaluations:round", args=[number]),
        part="evaluations:import_part",
        part_args=(number,),
        arguments={"round": number},
        notes=cell_notes(),
        offered=[(_("现有的自评"), f"{example}?state=self")],
    )
    return pages.import_page(request, one)


@login_required
def import_part(request: HttpRequest, number: str, pk: int, part: str) -> HttpResponseBase:
    """The report of an import, or its refused rows."""
    return pages.import_part(request, IMPORT, f"evaluation:{number}", pk, part)
