"""Verbs of examinations: set one, begin, save, hand in, end."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from lantai.core.examining import draw_paper, marked
from lantai.foundation.desks.registers.definitions import definition_of
from lantai.foundation.desks.registers.keeping import keep_line
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.refusal import Conflict, Refusal
from lantai.foundation.work import Act, keep, note
from lantai.governance.examinations.models import AnswerSheet, Examination
from lantai.governance.examinations.queries import BANK, bank_of, paper_of, seed_for

GRACE = timedelta(seconds=20)  # for the way from the browser to here


@operation(permission="examinations.manage", event="examination_set")
def set_examination(
    act: Act,
    /,
    *,
    institution: Institution,
    title: str,
    wanted: Mapping[str, int],
    minutes: int,
    closes_at: datetime,
    pass_score: int = 60,
    topic: str = "",
    open_to: str = Examination.UNITS,
) -> Examination:
    """Announce an examination; the bank must hold enough questions of each kind."""
    if not sum(wanted.values()):
        raise Refusal("至少要有一道题。", "At least one question is needed.")
    if closes_at <= act.at:
        raise Refusal("截止时间须晚于现在。", "It must end later than now.")
    seed = secrets.token_hex(16)
    _drawn(institution, topic, wanted, seed)
    Institution.objects.select_for_update().get(pk=institution.pk)
    year = localdate(act.at).year
    stem = f"KS-{institution.code}-{year}-"
    serial = Examination.objects.filter(number__startswith=stem).count() + 1
    row = Examination.objects.create(
        number=f"{stem}{serial:03d}", institution=institution, title=title[:200],
        wanted=dict(wanted), topic=topic, minutes=minutes, pass_score=pass_score, open_to=open_to,
        seed=seed, created_by=act.by.urn, created_at=act.at, closes_at=closes_at,
    )  # fmt: skip
    keep(row, kind="created")
    return row


def _drawn(institution: Institution, topic: str, wanted: Mapping[str, int], seed: str) -> list[str]:
    try:
        paper = draw_paper(bank_of(institution, topic).values(), wanted, seed)
    except ValueError as short:
        kind, _, count = str(short).partition(": ")
        words = {"single": "单选题", "multiple": "多选题", "judge": "判断题"}
        raise Refusal(
            f"题库中可用的{words[kind]}不够（{count.replace(' of ', ' / ')}）；请先补充题库，或减少题数。",
            f"The bank has too few questions: {short}.",
        ) from None
    return [question.id for question in paper]


@operation(permission="examinations.take", event="examination_begun")
def begin_sheet(act: Act, /, *, examination: Examination) -> AnswerSheet:
    """Begin: the paper is drawn and the clock runs. Begun already, it is that same sheet."""
    there = AnswerSheet.objects.filter(examination=examination, person_id=act.by.pk).first()
    if there is not None:
        return there
    if examination.closed_at or examination.closes_at <= act.at:
        raise Refusal("这场测试已经结束。", "The examination is over.")
    due = min(act.at + timedelta(minutes=examination.minutes), examination.closes_at)
    sheet = AnswerSheet.objects.create(
        examination=examination, person_id=act.by.pk, started_at=act.at, due_at=due,
        paper=_drawn(examination.institution, examination.topic, examination.wanted,
                     seed_for(examination, act.by)),
    )  # fmt: skip
    keep(sheet, kind="created")
    return sheet


@operation(permission="examinations.take", event="examination_answered")
def save_answers(
    act: Act, /, *, sheet: AnswerSheet, answers: Mapping[str, Sequence[str]], hand_in: bool = False
) -> AnswerSheet:
    """Keep the answers; with ``hand_in`` they are scored. Refused once the time is over."""
    row = _own(act, sheet)
    if row.submitted_at:
        raise Conflict("已经交卷，不能再改。", "It was handed in already.")
    if act.at > row.due_at + GRACE:
        raise Refusal("时间已到，按最后保存的答案计分。", "The time is over.", code="time-over")
    known = set(row.paper)
    row.answers = {
        key: sorted({str(a)[:1] for a in given}) for key, given in answers.items() if key in known
    }
    row.saved_at = act.at
    if hand_in:
        _score(act, row)
    row.save()
    keep(row)
    return row


@operation(permission="examinations.settle", event="examination_scored")
def settle_sheet(act: Act, /, *, sheet: AnswerSheet) -> AnswerSheet:
    """A sheet whose time ran out is scored with what was saved last."""
    row = AnswerSheet.objects.select_for_update().get(pk=sheet.pk)
    if row.submitted_at or act.at <= row.due_at + GRACE:
        return row
    _score(act, row)
    row.save()
    keep(row)
    return row


@operation(permission="examinations.manage", event="examination_closed")
def close_examination(act: Act, /, *, examination: Examination) -> Examination:
    """End it: open sheets are scored, and the bank learns how often each question went wrong."""
    row = Examination.objects.select_for_update().get(pk=examination.pk)
    if row.closed_at:
        raise Conflict("已经结束。", "It is over already.")
    for sheet in AnswerSheet.objects.select_for_update().filter(examination=row, submitted_at=None):
        _score(act, sheet)
        sheet.save()
        keep(sheet)
    row.closed_at = act.at
    row.save(update_fields=["closed_at"])
    keep(row)
    _tell_the_bank(act, row)
    return row


def _own(act: Act, sheet: AnswerSheet) -> AnswerSheet:
    row = AnswerSheet.objects.select_for_update().select_related("examination").get(pk=sheet.pk)
    if row.person_id != act.by.pk:
        raise Refusal("这是别人的答卷。", "It is another person's sheet.")
    return row


def _score(act: Act, sheet: AnswerSheet) -> None:
    result = marked(paper_of(sheet), sheet.answers)
    sheet.submitted_at = act.at
    sheet.score, sheet.wrong = result.score, list(result.wrong)
    sheet.topics = {topic: list(tally) for topic, tally in result.topics.items()}
    examination = sheet.examination
    if result.score >= examination.pass_score:
        passed = AnswerSheet.objects.filter(examination=examination).exclude(certificate="")
        sheet.certificate = f"{examination.number}-{passed.count() + 1:04d}"
    note(score=result.score, passed=bool(sheet.certificate))


def _tell_the_bank(act: Act, examination: Examination) -> None:
    asked: dict[str, int] = {}
    wrong: dict[str, int] = {}
    for sheet in examination.sheets.all():
        for key in sheet.paper:
            asked[key] = asked.get(key, 0) + 1
        for key in sheet.wrong:
            wrong[key] = wrong.get(key, 0) + 1
    bank = definition_of(BANK, examination.institution)
    rows = RegisterEntry.objects.select_for_update().filter(
        pk__in=[int(key) for key in asked], withdrawn_at=None
    )
    for row in rows.order_by("pk"):
        key = str(row.pk)
        before: dict[str, Any] = row.values
        times = int(before.get("asked") or 0)
        missed = times * float(before.get("wrong") or 0) / 100 + wrong.get(key, 0)
        times += asked[key]
        keep_line(
            act, bank, examination.institution,
            {"asked": times, "wrong": round(100 * missed / times, 1)},
            source=row.source or examination.urn, row=row,
        )  # fmt: skip
