"""Pages of examinations: those there are, the paper on a phone, the result, the certificate."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantai.core.desks.printing import blocks_of
from lantai.core.desks.register_values import words_of
from lantai.core.examining import LETTERS
from lantai.foundation.desks.handing_out import handed_out
from lantai.foundation.desks.registers.definitions import definition_of
from lantai.foundation.policy import Operator, require
from lantai.foundation.refusal import NotFound, localised
from lantai.foundation.work import Act
from lantai.governance.examinations import operations
from lantai.governance.examinations.forms import ExaminationForm
from lantai.governance.examinations.models import AnswerSheet, Examination
from lantai.governance.examinations.queries import (
    BANK,
    by_topic,
    examination_for,
    examinations_for,
    kept_by,
    paper_of,
    sheet_of,
)

LATEST = 200
CERTIFICATE = """证书编号：{number}
{name}：
参加“{title}”，得分 {score}，成绩合格，特发此证。
> {institution}
> {day}
"""
CERTIFICATE_EN = """Certificate no. {number}
To {name}:
You sat “{title}” and passed with {score} points. This certificate is given in witness.
> {institution}
> {day}
"""


@login_required
def examinations(request: HttpRequest) -> HttpResponse:
    """What may be sat, and for those who keep a bank the form of a new one."""
    require(request.user, "examinations.take")
    places = kept_by(request.user)
    form = ExaminationForm(request.POST or None) if places else None
    if form is not None and request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        row = operations.set_examination(
            Act(by=request.user), institution=places[0], title=values["title"],
            wanted=form.wanted, minutes=values["minutes"], closes_at=values["closes_at"],
            pass_score=values["pass_score"], topic=values["topic"], open_to=values["open_to"],
        )  # fmt: skip
        messages.success(request, _("已发布。每人进入时从题库抽一份试卷，时间由服务器计。"))
        return redirect("examinations:examination", row.number)
    mine = {s.examination_id: s for s in AnswerSheet.objects.filter(person=request.user.pk)}
    rows = [
        {"row": row, "sheet": mine.get(row.pk), "open": is_open(row)}
        for row in examinations_for(request.user).select_related("institution")[:LATEST]
    ]
    context = {"rows": rows, "form": form}
    status = 422 if form is not None and form.errors else 200
    return render(request, "governance/examinations/examinations.html", context, status=status)


def is_open(row: Examination) -> bool:
    """May it be sat now?"""
    return row.closed_at is None and row.closes_at > timezone.now()


@login_required
def examination(request: HttpRequest, number: str) -> HttpResponse:
    """One examination: its rules, my result, and for its keepers everybody's."""
    require(request.user, "examinations.take")
    row = examination_for(request.user, number)
    sheet = _settled(sheet_of(row, request.user))
    keeps = any(place.pk == row.institution_id for place in kept_by(request.user))
    sheets = list(row.sheets.select_related("person").order_by("-score", "pk")) if keeps else []
    context = {
        "examination": row,
        "asked": sum(row.wanted.values()),
        "sheet": sheet,
        "topics": _topics(by_topic([sheet])) if sheet and sheet.submitted_at else [],
        "keeps": keeps,
        "sheets": sheets,
        "all_topics": _topics(by_topic(sheets)),
        "open": is_open(row),
        "learned": _learned(sheet) if sheet and row.closed_at else [],
    }
    return render(request, "governance/examinations/examination.html", context)


def _settled(sheet: AnswerSheet | None) -> AnswerSheet | None:
    """A sheet whose time ran out is scored before it is shown."""
    over = sheet and not sheet.submitted_at and timezone.now() > sheet.due_at + operations.GRACE
    if sheet is None or not over:
        return sheet
    return operations.settle_sheet(Act(by=Operator(), channel="job"), sheet=sheet)


def _topics(tallies: dict[str, tuple[int, int]]) -> list[dict[str, Any]]:
    words = {w.code: localised(w.zh, w.en) for w in words_of(definition_of(BANK).by_field["topic"])}
    found = [
        {"label": words.get(topic, topic) or _("其他"), "right": right, "asked": asked,
         "share": round(100 * right / asked) if asked else 0}
        for topic, (right, asked) in tallies.items()
    ]  # fmt: skip
    return sorted(found, key=lambda line: line["share"])


def _learned(sheet: AnswerSheet) -> list[dict[str, str]]:
    """After the end: what was answered wrongly, and what is right."""
    return [
        {"text": q.text, "right": "；".join(q.choices[LETTERS.index(letter)] for letter in q.right)}
        for q in paper_of(sheet)
        if q.id in sheet.wrong
    ]


@require_POST
@login_required
def begin(request: HttpRequest, number: str) -> HttpResponse:
    """Start the clock."""
    row = examination_for(request.user, number)
    operations.begin_sheet(Act(by=request.user), examination=row)
    return redirect("examinations:paper", row.number)


@login_required
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The paper; its answers are kept with each press and handed in with the last."""
    require(request.user, "examinations.take")
    row = examination_for(request.user, number)
    sheet = _settled(sheet_of(row, request.user))
    if sheet is None or sheet.submitted_at:
        return redirect("examinations:examination", row.number)
    if request.method == "POST":
        answers = {key: request.POST.getlist(f"q{key}") for key in sheet.paper}
        hand_in = "hand_in" in request.POST
        sheet = operations.save_answers(
            Act(by=request.user), sheet=sheet, answers=answers, hand_in=hand_in
        )
        if hand_in:
            return redirect("examinations:examination", row.number)
        messages.success(request, _("已保存，可以继续作答。"))
    questions = [
        {"question": q, "given": sheet.answers.get(q.id, []),
         "choices": list(zip(LETTERS, q.choices, strict=False))}
        for q in paper_of(sheet)
    ]  # fmt: skip
    context = {"examination": row, "sheet": sheet, "questions": questions, **_left(sheet)}
    return render(request, "governance/examinations/paper.html", context)


def _left(sheet: AnswerSheet) -> dict[str, Any]:
    seconds = max(0, int((sheet.due_at - timezone.now()).total_seconds()))
    return {"minutes_left": seconds // 60, "seconds_left": seconds % 60, "over": seconds == 0}


@login_required
def clock(request: HttpRequest, number: str) -> HttpResponse:
    """How long is left, by the server's clock."""
    require(request.user, "examinations.take")
    sheet = sheet_of(examination_for(request.user, number), request.user)
    if sheet is None:
        raise NotFound("还没有开始。", "Not begun.")
    context = {"examination": sheet.examination, "sheet": sheet, **_left(sheet)}
    return render(request, "governance/examinations/clock.html", context)


@require_POST
@login_required
def close(request: HttpRequest, number: str) -> HttpResponse:
    """End it for everybody."""
    row = examination_for(request.user, number)
    operations.close_examination(Act(by=request.user), examination=row)
    messages.success(request, _("已结束，成绩和薄弱知识点如下。"))
    return redirect("examinations:examination", row.number)


@login_required
def certificate(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The certificate of the person who passed."""
    require(request.user, "examinations.take")
    row = examination_for(request.user, number)
    sheet = sheet_of(row, request.user)
    if sheet is None or not sheet.certificate:
        raise NotFound("没有合格证书。", "There is no certificate.")
    day = localtime(sheet.submitted_at)
    values = {
        "number": sheet.certificate, "name": request.user.name, "title": row.title,
        "score": f"{sheet.score:g}", "institution": row.institution.name,
        "day": localised(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%B %Y}"),
    }  # fmt: skip
    title = localised("合格证书", "Certificate")
    blocks = blocks_of(title, localised(CERTIFICATE, CERTIFICATE_EN), values)
    return handed_out(blocks, sheet.certificate, kind)
