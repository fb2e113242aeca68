"""Acts beside the way of a round: withdraw 撤回, urge 催办, hand to a colleague 委派."""

from __future__ import annotations

from collections.abc import Sequence

from lantai.foundation.accounts.models import Person
from lantai.foundation.desks.evaluations.models import Assessment, EvaluationRound
from lantai.foundation.desks.evaluations.operations import call, locked, sheet_url, turn
from lantai.foundation.desks.evaluations.owing import overdue_of, owed_of
from lantai.foundation.desks.evaluations.queries import (
    fresh_opinions,
    runs,
    scheme_of,
    scores_self,
    sits,
)
from lantai.foundation.desks.owed.handing import hand_over, open_hands
from lantai.foundation.desks.owed.models import Pressed
from lantai.foundation.desks.owed.pressing import press
from lantai.foundation.inbox.queue import attended, await_attention
from lantai.foundation.operation import operation
from lantai.foundation.policy import decide, institutions_of
from lantai.foundation.refusal import Conflict, NotPermitted, Refusal
from lantai.foundation.work import Act, about, note, note_change


@operation(permission="evaluations.take_part", event="matter_withdrawal")
def withdraw_self_score(act: Act, /, *, assessment: Assessment) -> Assessment:
    """Take back what was handed in while no expert has scored it; what was said stays."""
    row = locked(assessment, Assessment.REVIEW)
    if not scores_self(act.by, row):
        raise NotPermitted("自评由被评单位撤回。", "The body takes back its own self-score.")
    if not act.reason.strip():
        raise Refusal("请写明撤回的理由。", "Say why it is taken back.")
    begun = fresh_opinions(row)
    if begun:
        raise Conflict(
            f"{len(begun)} 位专家已经评分，不能撤回；请与{row.round.organiser.name}联系，由其退回。",
            f"{len(begun)} experts have scored it; ask {row.round.organiser.name} to give it back.",
        )
    row.state, row.submitted_at = Assessment.SELF, None
    turn(act, row, "withdrawn")
    attended(act, subject=row.urn)
    for role in scheme_of(row.round).self_by.split():
        call(act, row, row.subject, role, f"自评：{row.round.title}")
    return row


@operation(permission="evaluations.take_part", event="matter_urging")
def urge_assessments(
    act: Act, /, *, round_: EvaluationRound, assessments: Sequence[Assessment] | None = None
) -> int:
    """Press those who owe a self-score or a review: of these bodies, or of all that are overdue."""
    if not runs(act.by, round_):
        raise NotPermitted("由组织评价的机构催办。", "For the body that runs the round.")
    if assessments is None:
        owing = overdue_of(round_)
    else:
        rows = round_.assessments.filter(pk__in=[one.pk for one in assessments])
        found = [owed_of(row) for row in rows.select_related("round__organiser", "subject")]
        owing = [owed for owed in found if owed]
    if not owing:
        raise Refusal("没有要催的：没有逾期，或现在不是等单位和专家办理。",
                      "Nothing to press for: nothing is overdue, or nothing waits for them.")  # fmt: skip
    urged = [owed.urn for owed in owing if press(act, owed, Pressed.URGED, act.day)]
    if not urged:
        raise Conflict("今天已经催过，一天只催一次。", "They were urged today already.")
    about(*urged)
    note(urged=len(urged))
    return len(urged)


@operation(permission="evaluations.take_part", event="matter_delegation")
def hand_over_assessment(act: Act, /, *, assessment: Assessment, person: Person) -> Assessment:
    """Let a colleague with the same right do one's part of it; to oneself: take it back."""
    row = locked(assessment, assessment.state)
    if row.state == Assessment.SELF:
        _require_scorer(act, row, person)
    elif row.state == Assessment.REVIEW:
        _require_expert(act, row, person)
    else:
        raise Refusal("已经评定，没有可委派的。", "It is settled; nothing is left to hand over.")
    made = hand_over(act, subject=row.urn, stage=row.state, person=person)
    note_change(row.round.urn, "updated")
    if made is None:
        return row
    review = row.state == Assessment.REVIEW
    await_attention(
        act, institution=row.round.organiser if review else row.subject, person=person,
        subject=row.urn, kind="evaluation.delegated",
        title=f"委派：{'评审' if review else '自评'}：{row.subject.name} {row.round.title}",
        url=sheet_url(row), due_date=row.round.review_due if review else row.round.due_date,
    )  # fmt: skip
    return row


def _require_scorer(act: Act, row: Assessment, person: Person) -> None:
    if not scores_self(act.by, row):
        raise NotPermitted("自评由被评单位办理。", "The body scores itself.")
    if not scores_self(person, row):
        raise Refusal(f"{person.name}不办{row.subject.name}的自评，不能委派。",
                      f"{person.name} does not score for {row.subject.name}.")  # fmt: skip


def _require_expert(act: Act, row: Assessment, person: Person) -> None:
    """The colleague stands in for one expert: no second voice, nobody of the body itself."""
    if not sits(act.by, row.round):
        raise NotPermitted("您不是本批次的评审专家。", "You are not in the panel.")
    if act.by.urn in fresh_opinions(row):
        raise Conflict("您已经评过分，不能再委派。", "You have scored it already.")
    if person.pk == act.by.pk:
        return
    if not person.is_active or not decide(person, "evaluations.take_part"):
        raise Refusal(f"{person.name}没有参加评价的权限，不能委派。",
                      f"{person.name} may not take part in evaluations.")  # fmt: skip
    if any(place.pk == row.subject_id for place in institutions_of(person)):
        raise Refusal("被评单位的人员应当回避。", "People of the body stand aside.", code="recused")
    others = open_hands(row.urn, row.state).exclude(giver=act.by)
    if sits(person, row.round) or others.filter(person=person).exists():
        raise Refusal(f"{person.name}已在本批次评审这家单位，一人不能评两份。",
                      f"{person.name} reviews this body already.")  # fmt: skip


def colleagues_of(row: Assessment, actor: Person) -> list[Person]:
    """To whom the person may hand his or her part; [] where there is none to hand over."""
    people = Person.objects.filter(is_active=True, assignments__isnull=False).distinct()
    people = people.exclude(pk=actor.pk).order_by("name", "pk")
    if row.state == Assessment.SELF and scores_self(actor, row):
        roles = scheme_of(row.round).self_by.split()
        near = people.filter(assignments__institution=row.subject, assignments__role__in=roles)
        return list(near[:100])
    if row.state != Assessment.REVIEW or not sits(actor, row.round):
        return []
    if actor.urn in fresh_opinions(row):
        return []
    near = people.filter(assignments__institution__in=institutions_of(actor))
    near = near.exclude(assignments__institution=row.subject)
    taken = row.round.panel.values("person")
    return [one for one in near.exclude(pk__in=taken)[:100] if decide(one, "evaluations.take_part")]
