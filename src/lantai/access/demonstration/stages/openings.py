"""Openings 开放审核: batches played to where the plan says: published, under review, planned."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from lantai.access.demonstration.founding import act_of, fonds, person
from lantai.access.demonstration.stages import Stage
from lantai.access.opening.deciding import Verdict
from lantai.access.opening.models import OpeningItem
from lantai.access.opening.operations import (
    conclude_first,
    conclude_second,
    open_content,
    opine_rest,
    plan_review,
)
from lantai.access.opening.publishing import publish
from lantai.access.opening.reading import unread_of
from lantai.core.progress import Progress
from lantai.core.specimens.plan import Opinion, ReviewBatch, plan
from lantai.core.terms import vocabularies
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.operations import move_case
from lantai.foundation.refusal import Refusal

NOT_SAID = Verdict("controlled", "", "含个人信息，控制使用")
LEADERS = {"J012": "civil.leader", "J015": "land.leader", "J021": "education.leader"}
STATES = {"second_review": "second", "published": "published"}


class Openings(Stage):
    """One case a fonds and batch."""

    id = "openings"
    order = 20
    zh = "开放审核"
    en = "opening review"

    def play(self, progress: Progress) -> None:
        """A case that was begun is taken up where it stands."""
        batches = plan().reviews
        for number, batch in enumerate(batches):
            progress(number, len(batches), batch.title)
            opinions: dict[str, list[Opinion]] = defaultdict(list)
            for opinion in batch.opinions:
                opinions[opinion.record.values["fonds"]].append(opinion)
            for code, said in opinions.items():
                _play(batch, code, said)


def _play(batch: ReviewBatch, code: str, said: list[Opinion]) -> None:
    title = f"{batch.title}：{code}"
    case = Case.objects.filter(definition="opening_review", title=title).first()
    if case is None:
        years = {opinion.record.day.year for opinion in said}
        try:
            case = plan_review(act_of("archivist.a"), fonds=fonds(code), years=years, title=title)
        except Refusal:
            return  # an earlier batch has taken them all
    verdicts = {o.record.values["reference_code"]: _verdict(o) for o in said}
    goal = STATES.get(batch.stage, "plan")
    if goal != "plan":
        _review(batch, case, verdicts, goal)


def _review(batch: ReviewBatch, case: Case, verdicts: dict[str, Verdict], goal: str) -> None:
    if case.state == "plan":
        case = _move(batch.approver, case, "issue")
    if case.state == "screening":
        case = _move(batch.approver, case, "skip_screening", reason="示范数据，逐件人工审核")
    if case.state == "first":
        _conclude(batch.first_reviewer, case, verdicts, conclude_first, "first")
        case = _move(batch.first_reviewer, case, "submit_first")
    if goal == "second":
        return
    if case.state == "second":
        _conclude(batch.second_reviewer, case, verdicts, conclude_second, "second")
        case = _to_unit(batch, case)
    if case.state == "approval":
        case = _approve(batch, case)
    if case.state == "publishing":
        publish(act_of(batch.approver, batch.title), case=case, version=case.version)


def _conclude(login: str, case: Case, verdicts: dict[str, Verdict], verb: Any, part: str) -> None:
    reader = person(login)
    rows = case.opening_items.select_related("record", "case__institution").order_by("position")
    for item in rows:
        if getattr(item, f"{part}_conclusion"):
            continue
        _read(login, reader, item)
        verdict = verdicts.get(item.record.reference_code, NOT_SAID)
        verdict = verdict.with_default_date(localdate())
        verb(act_of(login), item=item, verdict=verdict, version=item.version)


def _read(login: str, reader: Any, item: OpeningItem) -> None:
    """The demonstration's reviewer opens every page, as the review page has people do."""
    by_way: dict[str, list[Any]] = defaultdict(list)
    for unit in unread_of([item], reader)[item.pk]:
        by_way[next(iter(unit.shown_as))].append(unit)
    for way, units in by_way.items():
        open_content(act_of(login), item=item, units=units, shown_as=way)


def _to_unit(batch: ReviewBatch, case: Case) -> Case:
    leader = LEADERS.get(case.data.get("fonds", ""))
    if leader is None:
        return _move(
            batch.second_reviewer, case, "to_approval", reason="形成单位已撤销，由档案馆单独审核"
        )
    case = _move(batch.second_reviewer, case, "to_unit")
    unit = person(leader).assignments.get().institution
    opine_rest(act_of(leader), case=case, unit=unit)
    return _move(leader, case, "unit_answer", signatory=person(leader).name)


def _approve(batch: ReviewBatch, case: Case) -> Case:
    delayed = case.opening_items.filter(second_conclusion__in=["delayed", "closed"]).exists()
    if not delayed:
        return _move(batch.approver, case, "approve")
    case = _move(batch.approver, case, "approve_delay")
    return _move(
        "supervisor",
        case,
        "authority_agree",
        decision_no=f"云档函〔{batch.year}〕{case.pk}号",
        decision_date=date(batch.year, 11, 20).isoformat(),
    )


def _move(login: str, case: Case, transition: str, **data: Any) -> Case:
    return move_case(act_of(login), case=case, transition=transition, data=data)


def _verdict(opinion: Opinion) -> Verdict:
    conclusion = vocabularies().get("access_status").code_of(opinion.conclusion) or "controlled"
    return Verdict(conclusion, opinion.ground, opinion.second or opinion.first)
