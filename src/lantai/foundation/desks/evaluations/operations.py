"""Verbs of the evaluations desk: open a round, self-score, judge, settle, feed back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate

from lantai.core.desks.evaluation_definition import EvaluationDefinition
from lantai.core.desks.evaluation_scoring import fits, score, settled
from lantai.core.desks.foreseeing import foresee_round, leaves_to_score_again
from lantai.foundation.accounts.models import Person
from lantai.foundation.desks.adapting.operations import keep_definition
from lantai.foundation.desks.attachments.storing import StoredFile, attach
from lantai.foundation.desks.evaluations.definitions import DESK, scheme_for
from lantai.foundation.desks.evaluations.evidence import seen_by
from lantai.foundation.desks.evaluations.models import Assessment, EvaluationRound, PanelMember
from lantai.foundation.desks.evaluations.queries import (
    judges,
    live_values,
    runs,
    scheme_of,
    scores_self,
    self_score,
)
from lantai.foundation.inbox.queue import attended, await_attention
from lantai.foundation.institutions.models import Institution
from lantai.foundation.operation import operation
from lantai.foundation.policy import institutions_of
from lantai.foundation.refusal import Conflict, NotPermitted, Refusal
from lantai.foundation.work import Act, keep, note


@operation(permission="evaluations.take_part", event="evaluation")
def open_round(
    act: Act, /, *, definition: str, organiser: Institution, title: str,
    subjects: list[Institution], panel: list[Person], due: date | None = None,
    review_due: date | None = None,
) -> EvaluationRound:  # fmt: skip
    """Begin a round: each body is called upon to score itself, with what live data propose."""
    scheme = scheme_for(definition)
    if organiser not in institutions_of(act.by, scheme.run_by.split()):
        raise NotPermitted("这类评价不由您组织。", "This scheme is not run by you.")
    if not subjects or any(s.kind not in scheme.subject for s in subjects):
        raise Refusal("请选被评单位；单位类型须合本评价。", "Choose bodies of the scheme's kind.")
    if due and review_due and review_due < due:
        raise Refusal(
            "评审截止不能早于自评截止。", "The review cannot end before the self-scores do."
        )
    keep_definition(act, DESK, definition)
    year = localdate(act.at).year
    Institution.objects.select_for_update().get(pk=organiser.pk)
    stem = f"PJ-{organiser.code}-{year}-"
    count = EvaluationRound.objects.filter(number__startswith=stem).count()
    round_ = EvaluationRound.objects.create(
        number=f"{stem}{count + 1:03d}", definition=definition, definition_version=scheme.version,
        title=title[:200] or scheme.label_zh, organiser=organiser, due_date=due,
        review_due=review_due,
        opened_by=act.by.urn, opened_at=act.at,
    )  # fmt: skip
    keep(round_, kind="created")
    for person in panel:
        keep(PanelMember.objects.create(round=round_, person=person), kind="created")
    for subject in subjects:
        row = Assessment.objects.create(
            round=round_, subject=subject,
            answers={k: {"live": v} for k, v in live_values(scheme, subject).items()},
        )  # fmt: skip
        _look(row, scheme)
        row.save(update_fields=["answers"])
        keep(row, kind="created")
        for role in scheme.self_by.split():
            call(act, row, subject, role, f"自评：{round_.title}")
    return round_


@operation(permission="evaluations.take_part", event="evaluation")
def save_self_score(
    act: Act, /, *, assessment: Assessment, values: dict[str, dict[str, Any]],
    files: dict[str, list[StoredFile]] | None = None, submit: bool = False,
    version: int | None = None,
) -> Assessment:  # fmt: skip
    """Keep the body's own scores with notes and evidence; ``submit`` hands them in."""
    row = locked(assessment, Assessment.SELF, version)
    scheme = scheme_of(row.round)
    if not scores_self(act.by, row):
        raise NotPermitted("自评由被评单位办理。", "The body scores itself.")
    for key, given in values.items():
        entry = scheme.by_id.get(key)
        if entry is None or entry not in scheme.leaves:
            raise Refusal(f"没有可评的指标 {key}。", f"No indicator {key} to score.")
        claimed = given.get("claimed")
        if claimed not in (None, "") and not fits(scheme, entry, claimed):
            raise Refusal(f"指标 {key} 的自评值不合规：满分 {entry.maximum:g}。",
                          f"Indicator {key}: not a fitting value.")  # fmt: skip
        row.answers[key] = {**row.answers.get(key, {}), "claimed": claimed,
                            "note": str(given.get("note", ""))[:2000]}  # fmt: skip
    for key, stored in (files or {}).items():
        attach(act, subject=row.urn, role=key[:60], files=stored)
    _look(row, scheme)
    if submit:
        _hand_in(act, row, scheme)
    turn(act, row, "submitted" if submit else "")
    return row


def _look(row: Assessment, scheme: EvaluationDefinition) -> None:
    """What the running system says stands beside the answers, as it was when they were saved."""
    for entry in scheme.leaves:
        if entry.evidence:
            seen = seen_by(entry.evidence, row.subject)
            row.answers[entry.id] = {**row.answers.get(entry.id, {}), "evidence": seen}


def _hand_in(act: Act, row: Assessment, scheme: EvaluationDefinition) -> None:
    missing = [
        e.id for e in scheme.leaves if row.answers.get(e.id, {}).get("claimed") in (None, "")
    ]
    if missing:
        raise Refusal(f"还有 {len(missing)} 项没有自评：{'、'.join(missing[:8])}。",
                      f"{len(missing)} indicators are not scored yet.")  # fmt: skip
    row.state, row.submitted_at = Assessment.REVIEW, act.at
    attended(act, subject=row.urn)
    for member in row.round.panel.select_related("person"):
        await_attention(
            act, institution=row.round.organiser, person=member.person, subject=row.urn,
            kind="evaluation.review", title=f"评审：{row.subject.name} {row.round.title}"[:300],
            url=sheet_url(row), due_date=row.round.review_due,
        )  # fmt: skip


@operation(permission="evaluations.take_part", event="evaluation")
def judge(
    act: Act, /, *, assessment: Assessment, scores: dict[str, Any], notes: dict[str, str]
) -> Assessment:
    """An expert's scores; each expert sees and changes only his own until it is settled."""
    row = locked(assessment, Assessment.REVIEW)
    scheme = scheme_of(row.round)
    if not judges(act.by, row):
        raise NotPermitted("您不是本批次的评审专家，或已委派他人评审。",
                           "You are not in the panel, or handed it to a colleague.")  # fmt: skip
    if any(p.pk == row.subject_id for p in institutions_of(act.by)):
        raise Refusal("被评单位的人员应当回避。", "People of the body stand aside.", code="recused")
    for key, value in scores.items():
        entry = scheme.by_id.get(key)
        if entry is None or not fits(scheme, entry, value):
            raise Refusal(f"指标 {key} 的评分不合规。", f"Indicator {key}: not a fitting value.")
    row.opinions[act.by.urn] = {"name": act.by.name, "at": act.at.isoformat(), "scores": scores,
                                "notes": {k: v[:2000] for k, v in notes.items() if v}}  # fmt: skip
    row.version += 1
    row.save()
    keep(row)
    return row


@operation(permission="evaluations.take_part", event="evaluation")
def return_self_score(act: Act, /, *, assessment: Assessment) -> Assessment:
    """Give a handed-in self-score back with the reason; what experts have said of it is kept."""
    row = locked(assessment, Assessment.REVIEW)
    require_runner(act, row)
    if not act.reason.strip():
        raise Refusal("退回须写明原因。", "Say why it is given back.")
    row.state, row.submitted_at = Assessment.SELF, None
    turn(act, row, "returned")
    attended(act, subject=row.urn)
    for role in scheme_of(row.round).self_by.split():
        call(act, row, row.subject, role, f"退回自评（{act.reason.strip()}）：{row.round.title}")
    return row


@operation(permission="evaluations.take_part", event="evaluation")
def settle(act: Act, /, *, assessment: Assessment) -> Assessment:
    """Bring the experts' scores together, apply vetoes, give the grade."""
    row = locked(assessment, Assessment.REVIEW)
    require_runner(act, row)
    scheme = scheme_of(row.round)
    opinions = [o["scores"] for o in row.opinions.values()]
    if not opinions:
        raise Refusal("还没有专家评分。", "No expert has scored yet.")
    values = {e.id: settled(opinions, e, scheme) for e in scheme.leaves}
    missing = [k for k, v in values.items() if v is None]
    if missing:
        raise Refusal(f"还有 {len(missing)} 项没有专家评分：{'、'.join(missing[:8])}。",
                      f"{len(missing)} indicators are not judged yet.")  # fmt: skip
    made = score(scheme, values)
    row.result = {"values": values, "sums": made.sums, "share": made.share,
                  "vetoes": list(made.vetoes), "problem": made.problem}  # fmt: skip
    row.total = made.total if made.total is not None else made.share
    row.grade = made.grade.id if made.grade else ""
    row.state, row.settled_at = Assessment.SETTLED, act.at
    turn(act, row, "settled")
    note(total=row.total, grade=row.grade, vetoes=row.result["vetoes"])
    attended(act, subject=row.urn)
    return row


@operation(permission="evaluations.take_part", event="evaluation")
def feed_back(act: Act, /, *, assessment: Assessment, text: str) -> Assessment:
    """Send the body its result with the opinion."""
    row = locked(assessment, Assessment.SETTLED)
    require_runner(act, row)
    if not text.strip():
        raise Refusal("请写反馈意见。", "Write the opinion.")
    row.feedback, row.state = text.strip()[:10_000], Assessment.FED_BACK
    turn(act, row, "fed_back")
    for role in scheme_of(row.round).self_by.split():
        call(act, row, row.subject, role, f"评价反馈：{row.round.title}")
    _close_when_done(act, row.round)
    return row


def _close_when_done(act: Act, round_: EvaluationRound) -> None:
    """A round ends when every body has its result."""
    if round_.assessments.exclude(state=Assessment.FED_BACK).exists():
        return
    round_.state, round_.closed_at = EvaluationRound.CLOSED, act.at
    round_.save(update_fields=["state", "closed_at"])
    keep(round_)


@operation(permission="definitions.adapt", event="evaluation")
def migrate_round(act: Act, /, *, round_: EvaluationRound) -> EvaluationRound:
    """Put a round under its scheme as it stands now, whole: one measure for all its bodies.

    What a body claimed for an indicator that is gone stays with its answers; a claim or an
    expert's score that does not fit any more is set aside there, and asked anew.
    """
    current = EvaluationRound.objects.select_for_update(of=("self",)).get(pk=round_.pk)
    old, new = scheme_of(current), scheme_for(current.definition)
    if new.version == old.version:
        raise Refusal("已经是现行版本。", "It is under the present version already.")
    if not runs(act.by, current):
        raise NotPermitted("由组织评价的机构办理。", "For the body that runs the round.")
    sheets = list(current.assessments.select_for_update(of=("self",)).select_related("subject"))
    seen = foresee_round(old, new, [(row.state, row.answers) for row in sheets])
    if not seen.moves:
        raise Refusal("；".join(e.zh for e in seen.effects), "; ".join(e.en for e in seen.effects))
    current.definition_version = new.version
    current.save(update_fields=["definition_version"])
    keep(current)
    for row in sheets:
        row.round = current
        _sheet_goes_over(act, row, old, new)
    note(before=old.version, after=new.version, sheets=len(sheets))
    return current


def _sheet_goes_over(
    act: Act, row: Assessment, old: EvaluationDefinition, new: EvaluationDefinition
) -> None:
    again = leaves_to_score_again(old, new, row.answers)
    for key in again:
        answer = row.answers.get(key, {})
        if answer.get("claimed") not in (None, ""):
            row.answers[key] = {**answer, "claimed": None, "before": answer["claimed"]}
    for key, live in live_values(new, row.subject).items():
        row.answers[key] = {**row.answers.get(key, {}), "live": live}
    for opinion in row.opinions.values():
        scores = opinion.get("scores", {})
        unfit = {k: v for k, v in scores.items()
                 if k not in new.by_id or not fits(new, new.by_id[k], v)}  # fmt: skip
        opinion["scores"] = {k: v for k, v in scores.items() if k not in unfit}
        opinion["before"] = {**opinion.get("before", {}), **unfit}
    if again and row.state == Assessment.REVIEW:
        row.state, row.submitted_at = Assessment.SELF, None
        attended(act, subject=row.urn)
        for role in new.self_by.split():
            call(act, row, row.subject, role, f"方案已换版，请补自评：{row.round.title}")
    row.version += 1
    row.save()
    keep(row)


def require_runner(act: Act, row: Assessment) -> None:
    """Only who runs the round."""
    if not runs(act.by, row.round):
        raise NotPermitted("由组织评价的机构办理。", "For the body that runs the round.")


def locked(assessment: Assessment, state: str, version: int | None = None) -> Assessment:
    """The sheet, held, if it stands there still; else somebody else was quicker."""
    row = Assessment.objects.select_for_update(of=("self",)).select_related("round", "subject")
    current = row.get(pk=assessment.pk)
    if current.state != state or (version is not None and current.version != version):
        raise Conflict(
            "这份评价刚刚被别人办理过，请刷新后再看。", "It has just been dealt with; reload."
        )
    return current


def turn(act: Act, row: Assessment, kind: str = "") -> None:
    """Keep the sheet as its next version, and what became of it with what was claimed then."""
    row.version += 1
    if kind:
        told = self_score(row, scheme_of(row.round))
        row.turns.append({
            "kind": kind, "at": act.at.isoformat(), "by": act.by.urn, "by_name": act.by.name,
            "reason": act.reason.strip()[:2000], "version": row.version, "total": told.total,
            "claims": {k: v.get("claimed") for k, v in row.answers.items()},
        })  # fmt: skip
    row.save()
    keep(row)


def sheet_url(row: Assessment) -> str:
    """Where the sheet is dealt with."""
    return reverse("evaluations:assessment", args=[row.round.number, row.subject.code])


def call(act: Act, row: Assessment, place: Institution, role: str, title: str) -> None:
    """Put the sheet into the inbox of a role of the body."""
    await_attention(
        act, institution=place, role=role, subject=row.urn, kind=f"evaluation.{row.state}",
        title=title[:300], url=sheet_url(row), due_date=row.round.due_date,
    )  # fmt: skip
