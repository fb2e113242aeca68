"""Questions of the evaluations desk: rounds and assessments a person may see, ranks, live values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from lantai.core.desks.evaluation_definition import EvaluationDefinition
from lantai.core.desks.evaluation_scoring import Score, proposed, score
from lantai.core.desks.expressions import compile_expression
from lantai.foundation.desks.evaluations.definitions import facts_about, scheme_for
from lantai.foundation.desks.evaluations.models import Assessment, EvaluationRound
from lantai.foundation.desks.owed.handing import open_hands, subjects_handed_to
from lantai.foundation.policy import Operator, institutions_of, standings
from lantai.foundation.refusal import NotFound


def scheme_of(round_: EvaluationRound) -> EvaluationDefinition:
    """The rules the round runs under."""
    return scheme_for(round_.definition, round_.definition_version)


def rounds_for(actor: Any) -> QuerySet[EvaluationRound]:
    """Rounds the person's institutions run or stand in, or in which the person judges."""
    rows = EvaluationRound.objects.select_related("organiser").order_by("-pk")
    if isinstance(actor, Operator):
        return rows
    places = institutions_of(actor)
    mine = Q(organiser__in=places) | Q(assessments__subject__in=places) | Q(panel__person=actor.pk)
    mine |= Q(assessments__in=_handed(actor))
    return rows.filter(mine).distinct()


def round_for(actor: Any, number: str) -> EvaluationRound:
    """One round the person may see; else `NotFound`."""
    row = rounds_for(actor).filter(number=number).first()
    if row is None:
        raise NotFound(f"没有评价批次 {number}。", f"No round {number}.")
    return row


def runs(actor: Any, round_: EvaluationRound) -> bool:
    """Does the person run the round?"""
    roles = scheme_of(round_).run_by.split()
    return any(r in roles and p.pk == round_.organiser_id for r, p in standings(actor))


def sits(actor: Any, round_: EvaluationRound) -> bool:
    """Is the person in the panel?"""
    return round_.panel.filter(person=actor.pk).exists()


def judges(actor: Any, row: Assessment) -> bool:
    """Does the person judge this body: an expert who has not handed it over, or who stands in?"""
    handed = [(one.giver_id, one.person_id) for one in open_hands(row.urn, Assessment.REVIEW)]
    if any(person == actor.pk for _giver, person in handed):
        return True
    return sits(actor, row.round) and all(giver != actor.pk for giver, _person in handed)


def fresh_opinions(row: Assessment) -> dict[str, Any]:
    """What experts have said since it was handed in (all that bears no time counts as such)."""
    since = row.submitted_at
    return {
        who: said
        for who, said in row.opinions.items()
        if since is None or not said.get("at") or datetime.fromisoformat(said["at"]) >= since
    }


def scores_self(actor: Any, row: Assessment) -> bool:
    """May the person score for the body itself?"""
    roles = scheme_of(row.round).self_by.split()
    return any(r in roles and p.pk == row.subject_id for r, p in standings(actor))


def assessments_for(actor: Any, round_: EvaluationRound) -> QuerySet[Assessment]:
    """All of the round for who runs or judges it; one's own for the bodies."""
    rows = round_.assessments.select_related("subject", "round").order_by("subject__code")
    if isinstance(actor, Operator) or runs(actor, round_) or sits(actor, round_):
        return rows
    return rows.filter(Q(subject__in=institutions_of(actor)) | Q(pk__in=_handed(actor)))


def _handed(actor: Any) -> list[int]:
    """The sheets a colleague handed to the person."""
    return [int(key) for key in subjects_handed_to(actor, "assessment:")]


def assessment_for(actor: Any, number: str, code: str) -> Assessment:
    """One assessment the person may see; else `NotFound`."""
    row = assessments_for(actor, round_for(actor, number)).filter(subject__code=code).first()
    if row is None:
        raise NotFound("没有这份评价。", "No such assessment.")
    return row


def live_values(scheme: EvaluationDefinition, institution: Any) -> dict[str, dict[str, Any]]:
    """For each leaf with a fact or formula: what live data say, and the score they propose."""
    wanted: set[str] = set()
    for entry in scheme.leaves:
        wanted |= {entry.fact} if entry.fact else set()
        wanted |= set(compile_expression(entry.formula).names) if entry.formula else set()
    facts = facts_about(institution, sorted(wanted))
    found = {}
    for entry in scheme.leaves:
        if entry.fact or entry.formula:
            value, why = proposed(entry, facts)
            found[entry.id] = {"value": facts.get(entry.fact), "proposed": value, "why": why}
    return found


def self_score(row: Assessment, scheme: EvaluationDefinition) -> Score:
    """What the body claims comes to."""
    return score(scheme, {k: v.get("claimed") for k, v in row.answers.items()})


def ranking(round_: EvaluationRound) -> list[Assessment]:
    """The settled, best first: by total, or by share; equal values share a rank."""
    rows = list(
        round_.assessments.select_related("subject")
        .filter(state__in=[Assessment.SETTLED, Assessment.FED_BACK])
        .order_by("-total", "subject__code")
    )
    rank, last = 0, object()
    for place, row in enumerate(rows, 1):
        if row.total != last:
            rank, last = place, row.total
        row.rank = rank  # type: ignore[attr-defined]
    return rows
