"""The evaluations desk for programs."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.security import django_auth

from lantai.foundation.desks.evaluations import operations
from lantai.foundation.desks.evaluations.definitions import evaluation_definitions, scheme_for
from lantai.foundation.desks.evaluations.models import Assessment, EvaluationRound
from lantai.foundation.desks.evaluations.queries import (
    assessment_for,
    assessments_for,
    live_values,
    rounds_for,
    runs,
    scheme_of,
)
from lantai.foundation.desks.searching.finding import Asked, find_matters
from lantai.foundation.policy import require
from lantai.foundation.work import Act

router = Router(tags=["评价 evaluations"], auth=django_auth)


class SelfScore(Schema):
    """{indicator: {"claimed": value, "note": text}}; ``submit`` hands it in."""

    values: dict[str, dict[str, Any]]
    submit: bool = False
    version: int | None = None


class Opinion(Schema):
    """{indicator: value} and {indicator: note}."""

    scores: dict[str, Any]
    notes: dict[str, str] = {}


@router.get("/evaluation-definitions", summary="评价方案 / every scheme")
def definitions(request: HttpRequest) -> list[dict[str, Any]]:
    """Each with its mode, leaves and what it covers."""
    require(request.auth, "evaluations.take_part")  # type: ignore[attr-defined]
    return [
        {"id": d.id, "version": d.version, "label_zh": d.label_zh, "label_en": d.label_en,
         "mode": d.mode, "leaves": len(d.leaves), "covers": list(d.covers), "verified": d.verified}
        for d in evaluation_definitions().all().values()
    ]  # fmt: skip


@router.get("/evaluation-definitions/{key}", summary="一个方案 / one scheme")
def definition(request: HttpRequest, key: str) -> dict[str, Any]:
    """The tree, the grades."""
    require(request.auth, "evaluations.take_part")  # type: ignore[attr-defined]
    scheme = scheme_for(key)
    return {
        "id": scheme.id, "version": scheme.version, "mode": scheme.mode, "full": scheme.full,
        "indicators": [
            {"id": e.id, "label_zh": e.label_zh, "label_en": e.label_en, "maximum": e.maximum,
             "weight": e.weight, "fact": e.fact, "formula": e.formula, "veto": e.veto,
             "leaf": e in scheme.leaves}
            for e in scheme.indicators
        ],
        "grades": [{"id": g.id, "label_zh": g.label_zh, "when": g.when} for g in scheme.grades],
    }  # fmt: skip


@router.get("/evaluations", summary="评价批次 / rounds")
def listed(
    request: HttpRequest, q: Annotated[str, Query(max_length=500)] = ""
) -> list[dict[str, Any]]:
    """Those the caller has a part in; with ``q`` those that, or a sheet of which, answer it."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "evaluations.take_part")
    if not q.strip():
        return [_round(actor, row) for row in rounds_for(actor)[:100]]
    found: dict[int, dict[str, Any]] = {}
    for one in find_matters(actor, Asked(q, "evaluations", limit=100)).results:
        row = getattr(one.row, "round", one.row)
        found.setdefault(row.pk, {**_round(actor, row), "highlights": one.highlights})
    return list(found.values())


def _round(actor: Any, row: EvaluationRound) -> dict[str, Any]:
    return {
        "number": row.number, "definition": row.definition, "title": row.title,
        "organiser": row.organiser.code,
        "assessments": [{"subject": a.subject.code, "state": a.state, "total": a.total,
                         "grade": a.grade} for a in assessments_for(actor, row)],
    }  # fmt: skip


@router.get("/evaluations/{number}/{code}", summary="一份评价 / one assessment")
def one(request: HttpRequest, number: str, code: str) -> dict[str, Any]:
    """What is claimed, what live data say now, what was settled."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "evaluations.take_part")
    return as_json(actor, assessment_for(actor, number, code))


@router.post("/evaluations/{number}/{code}/self-score", summary="自评 / self-score")
def self_scored(request: HttpRequest, number: str, code: str, body: SelfScore) -> dict[str, Any]:
    """The assessment afterwards."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "evaluations.take_part")
    row = operations.save_self_score(
        Act(by=actor, channel="api"), assessment=assessment_for(actor, number, code),
        values=body.values, submit=body.submit, version=body.version,
    )  # fmt: skip
    return as_json(actor, row)


@router.post("/evaluations/{number}/{code}/opinion", summary="专家评分 / an expert's scores")
def judged(request: HttpRequest, number: str, code: str, body: Opinion) -> dict[str, Any]:
    """The assessment afterwards."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "evaluations.take_part")
    row = operations.judge(
        Act(by=actor, channel="api"), assessment=assessment_for(actor, number, code),
        scores=body.scores, notes=body.notes,
    )  # fmt: skip
    return as_json(actor, row)


@router.post("/evaluations/{number}/{code}/settle", summary="评定 / settle")
def settled(request: HttpRequest, number: str, code: str) -> dict[str, Any]:
    """The assessment afterwards."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "evaluations.take_part")
    row = operations.settle(
        Act(by=actor, channel="api"), assessment=assessment_for(actor, number, code)
    )
    return as_json(actor, row)


def as_json(actor: Any, row: Assessment) -> dict[str, Any]:
    """An assessment for a program; opinions only for who runs the round, and one's own."""
    open_book = runs(actor, row.round)
    return {
        "round": row.round.number, "subject": row.subject.code, "state": row.state,
        "version": row.version, "answers": row.answers, "total": row.total, "grade": row.grade,
        "result": row.result, "feedback": row.feedback,
        "live": live_values(scheme_of(row.round), row.subject),
        "opinions": {
            k: v for k, v in row.opinions.items() if open_book or k == getattr(actor, "urn", "")
        },
    }  # fmt: skip
