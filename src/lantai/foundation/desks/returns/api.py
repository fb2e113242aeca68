"""Returns over HTTP: rounds, forms, their cells, sending, reviewing, totals."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Body, Query, Router, Status
from ninja.security import django_auth

from lantai.core.desks.return_checking import check_form
from lantai.core.desks.return_totals import shown_total
from lantai.foundation.desks.places import below
from lantai.foundation.desks.returns import operations
from lantai.foundation.desks.returns.definitions import definition_of
from lantai.foundation.desks.returns.form_views import as_document
from lantai.foundation.desks.returns.models import ReturnRound
from lantai.foundation.desks.returns.presenting import findings_of
from lantai.foundation.desks.returns.queries import (
    form_for,
    forms_for,
    last_values,
    places_of,
    progress_of,
    round_for,
    rounds_for,
    values_of,
)
from lantai.foundation.desks.returns.totals import total_of
from lantai.foundation.desks.searching.desk import ROUNDS
from lantai.foundation.desks.searching.finding import Asked, find_matters
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound
from lantai.foundation.work import Act

MOST = 5_000
router = Router(tags=["returns"], auth=django_auth)


def _round(row: ReturnRound) -> dict[str, Any]:
    return {
        "number": row.number,
        "definition": row.definition,
        "title": row.title,
        "period": row.period,
        "owner": row.owner.code,
        "state": row.state,
        "due_date": row.due_date.isoformat() if row.due_date else None,
        "forms": progress_of(row),
    }


@router.get("/returns/rounds", summary="填报任务 / collecting rounds")
def rounds(
    request: HttpRequest, q: Annotated[str, Query(max_length=500)] = ""
) -> list[dict[str, Any]]:
    """The rounds one's institutions asked for or are asked by; with ``q`` those that answer it."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "returns.see")
    if q.strip():
        found = find_matters(actor, Asked(q, "returns", series=ROUNDS, limit=100))
        return [{**_round(one.row), "highlights": one.highlights} for one in found.results]
    return [_round(row) for row in rounds_for(actor)[:200]]


@router.get("/returns/rounds/{number}/forms", summary="报表 / forms of a round")
def forms(
    request: HttpRequest,
    number: str,
    state: str = "",
    q: Annotated[str, Query(max_length=500)] = "",
) -> list[dict[str, Any]]:
    """The forms one may see; ``state`` filling, reviewing or accepted; ``q`` a hundred at most."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "returns.see")
    row = round_for(actor, number)
    if q.strip():
        found = find_matters(actor, Asked(q, "returns", state=state, series=number, limit=100))
        return [{**as_document(one.row), "highlights": one.highlights} for one in found.results]
    rows = forms_for(actor).filter(round=row).order_by("body__code")
    return [as_document(row) for row in (rows.filter(state=state) if state else rows)[:MOST]]


@router.get("/returns/forms/{pk}", summary="一张报表 / one form")
def form(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Its cells, and what stands against it."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "returns.see")
    row = form_for(actor, pk)
    found = check_form(definition_of(row.round), values_of(row), last_values(row))
    return {**as_document(row), "findings": findings_of(found)}


@router.put(
    "/returns/forms/{pk}",
    response={200: dict[str, Any], 422: dict[str, Any]},
    summary="填写 / fill in",
)
def fill(
    request: HttpRequest, pk: int, cells: Annotated[dict[str, Any], Body()], note: str | None = None
) -> Status[Any]:
    """Write these cells; the others stay."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "returns.see")
    try:
        row = operations.fill_form(
            Act(by=actor, channel="api"), form=form_for(actor, pk), cells=cells, explanation=note
        )
    except operations.FormRefused as refusal:
        return Status(422, _refused(refusal))
    return Status(200, as_document(row))


@router.post(
    "/returns/forms/{pk}/submit",
    response={200: dict[str, Any], 422: dict[str, Any]},
    summary="报送 / send",
)
def submit(request: HttpRequest, pk: int) -> Status[Any]:
    """Send it upward."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "returns.see")
    try:
        row = operations.submit_form(Act(by=actor, channel="api"), form=form_for(actor, pk))
    except operations.FormRefused as refusal:
        return Status(422, _refused(refusal))
    return Status(200, as_document(row))


@router.post("/returns/forms/{pk}/accept", summary="审核通过 / agree")
def accept(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Agree: one level up, or accepted."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "returns.see")
    return as_document(
        operations.accept_form(Act(by=actor, channel="api"), form=form_for(actor, pk))
    )


@router.post("/returns/forms/{pk}/return", summary="退回 / give back")
def give_back(request: HttpRequest, pk: int, reason: str = "") -> dict[str, Any]:
    """Give it back with a reason."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "returns.see")
    act = Act(by=actor, channel="api", reason=reason[:2000])
    return as_document(operations.return_form(act, form=form_for(actor, pk)))


@router.get("/returns/rounds/{number}/totals", summary="汇总 / totals")
def totals(request: HttpRequest, number: str, place: str = "") -> dict[str, Any]:
    """The totals below an institution one reaches (one's own when none is named)."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "returns.see")
    row = round_for(actor, number)
    reached = below(places_of(actor))
    found = next((p for p in reached if p.code == place), None) if place else (reached or [None])[0]
    if found is None:
        raise NotFound("没有这个机构，或它不归您查看。", "No such institution, or it is not yours.")
    total = total_of(row, found)
    figures = shown_total(definition_of(row), total)
    return {"round": number, "place": found.code, "forms": total.forms, "figures": figures}


def _refused(refusal: operations.FormRefused) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "status": 422,
        "title": str(refusal),
        "detail": str(refusal),
        "findings": findings_of(refusal.findings),
    }
