"""Questions about examinations: who may sit which, what is asked, how it went."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from lantai.core.examining import Question, question_from
from lantai.foundation.desks.registers.models import RegisterEntry
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import institutions_of, permissions
from lantai.foundation.refusal import NotFound
from lantai.governance.examinations.models import AnswerSheet, Examination

BANK = "question-bank"


def kept_by(actor: Any) -> list[Institution]:
    """The institutions at which the person sets examinations."""
    return institutions_of(actor, permissions()["examinations.manage"].roles)


def examinations_for(actor: Any) -> QuerySet[Examination]:
    """Those the person may sit or keeps: of the own bodies, and of the archives they transfer to."""
    places = institutions_of(actor)
    near = {p.archives_id for p in places if p.archives_id}
    return Examination.objects.filter(
        Q(institution__in=places) | Q(open_to=Examination.UNITS, institution__in=near)
    ).order_by("-pk")


def examination_for(actor: Any, number: str) -> Examination:
    """One of them, or `NotFound`."""
    row = examinations_for(actor).select_related("institution").filter(number=number).first()
    if row is None:
        raise NotFound("没有这场测试，或不对您开放。", "No such examination, or it is not yours.")
    return row


def bank_of(institution: Institution, topic: str = "") -> dict[str, Question]:
    """The questions of an institution's bank that can be scored, by id."""
    rows = RegisterEntry.objects.filter(
        register=BANK, institution=institution, withdrawn_at=None
    ).order_by("pk")
    found = (question_from(str(row.pk), row.values) for row in rows)
    return {q.id: q for q in found if q is not None and topic in ("", q.topic)}


def paper_of(sheet: AnswerSheet) -> list[Question]:
    """The questions of a sheet, as they stand in the bank; one taken out since is left out."""
    rows = RegisterEntry.objects.filter(pk__in=[int(key) for key in sheet.paper])
    bank = {str(row.pk): question_from(str(row.pk), row.values) for row in rows}
    return [q for key in sheet.paper if (q := bank.get(key)) is not None]


def seed_for(examination: Examination, person: Any) -> str:
    """Each has a paper of one's own, which can be drawn again."""
    return hmac.new(examination.seed.encode(), person.urn.encode(), hashlib.sha256).hexdigest()


def sheet_of(examination: Examination, person: Any) -> AnswerSheet | None:
    """The person's sheet, if there is one."""
    return AnswerSheet.objects.filter(examination=examination, person_id=person.pk).first()


def by_topic(sheets: Iterable[AnswerSheet]) -> dict[str, tuple[int, int]]:
    """(right, asked) of each topic over all sheets."""
    found: dict[str, list[int]] = {}
    for sheet in sheets:
        for topic, (right, asked) in sheet.topics.items():
            tally = found.setdefault(topic, [0, 0])
            tally[0] += right
            tally[1] += asked
    return {topic: (a, b) for topic, (a, b) in found.items()}
