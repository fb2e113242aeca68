"""The cases desk for programs: definitions with their schemas, open, list, read, move, act."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from ninja.security import django_auth

from lantai.core.desks.case_definition import CaseDefinition, Field
from lantai.core.registry import UnknownId
from lantai.foundation.desks.attachments.storing import attachments_of
from lantai.foundation.desks.cases import operations
from lantai.foundation.desks.cases.definitions import case_definitions, rules_for
from lantai.foundation.desks.cases.desk_views import perform
from lantai.foundation.desks.cases.models import Case
from lantai.foundation.desks.cases.papers import paper
from lantai.foundation.desks.cases.presets import preset_for
from lantai.foundation.desks.cases.queries import buttons, case_for, cases_for, is_insider
from lantai.foundation.desks.cases.statistics import statistics_of
from lantai.foundation.desks.handing_out import handed_out
from lantai.foundation.desks.searching.finding import Asked, find_matters
from lantai.foundation.institutions.models import Institution
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotFound
from lantai.foundation.work import Act

router = Router(tags=["办件 cases"], auth=django_auth)
MOST = 200


class NewCase(Schema):
    """What opens a case: the definition, the institution in whose name, the fields."""

    definition: str
    institution: str
    title: str = ""
    data: dict[str, Any] = {}


class Move(Schema):
    """The fields of a transition, and the version that was seen."""

    data: dict[str, Any] = {}
    version: int | None = None


class Deed(Schema):
    """An act beside the moves: why, and for whom."""

    reason: str = ""
    person: str = ""


@router.get("/case-definitions", summary="办件定义 / every definition")
def definitions(request: HttpRequest) -> list[dict[str, Any]]:
    """Each with its version, states and what it covers."""
    require(request.auth, "cases.see")  # type: ignore[attr-defined]
    return [
        {"id": d.id, "version": d.version, "label_zh": d.label_zh, "label_en": d.label_en,
         "states": [s.id for s in d.states], "covers": list(d.covers),
         "clauses": list(d.clauses), "verified": d.verified}
        for d in case_definitions().all().values()
    ]  # fmt: skip


@router.get("/case-definitions/{key}", summary="办件定义及其模式 / a definition with JSON Schemas")
def definition(request: HttpRequest, key: str) -> dict[str, Any]:
    """JSON Schema of the start form and of each transition, and who may."""
    require(request.auth, "cases.see")  # type: ignore[attr-defined]
    rules = _rules(key)
    return {
        "id": rules.id,
        "version": rules.version,
        "open": {"who": rules.open_who.split(), "schema": schema_of(rules.fields)},
        "states": [
            {"id": s.id, "label_zh": s.label_zh, "label_en": s.label_en, "kind": s.kind,
             "working_days": s.clock_working_days, "who": s.who.split()}
            for s in rules.states
        ],
        "transitions": [
            {"id": t.id, "from": list(t.from_states), "to": t.to, "label_zh": t.label_zh,
             "who": t.who.split(), "guard": t.guard, "schema": schema_of(t.fields)}
            for t in rules.transitions
        ],
    }  # fmt: skip


@router.get("/case-definitions/{key}/statistics", summary="办件统计 / statistics")
def statistics(request: HttpRequest, key: str) -> dict[str, Any]:
    """Of the cases the caller may see."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "cases.see")
    return statistics_of(_rules(key), cases_for(actor))


@router.get("/cases", summary="办件列表 / cases the caller may see")
def listed(
    request: HttpRequest,
    *,
    q: Annotated[str, Query(max_length=500)] = "",
    definition: str = "",
    state: str = "",
    before: int = 0,
    after: Annotated[str, Query(max_length=600)] = "",
) -> dict[str, Any]:
    """Newest first, at most 200; ``before`` takes the last one's ``key`` for the next page.

    With ``q`` those that answer it, the nearest first, 100 a page; ``after`` takes ``next``.
    """
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "cases.see")
    if q.strip():
        asked = Asked(q, "cases", definition, state, after=after, limit=100)
        found = find_matters(actor, asked)
        shown = [{**_short(one.row), "highlights": one.highlights} for one in found.results]
        return {"total": found.total, "cases": shown, "next": found.next or None}
    rows = cases_for(actor)
    rows = rows.filter(definition=definition) if definition else rows
    rows = rows.filter(state=state) if state else rows
    total = rows.count()
    page = list((rows.filter(pk__lt=before) if before else rows)[:MOST])
    return {"total": total, "cases": [_short(row) for row in page],
            "next": page[-1].pk if len(page) == MOST else None}  # fmt: skip


@router.post("/cases", summary="立件 / open a case", response={201: dict[str, Any]})
def opened(request: HttpRequest, body: NewCase) -> Status[dict[str, Any]]:
    """201 with the case; a refusal says which field and why."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "cases.see")
    _rules(body.definition)
    place = Institution.objects.filter(code=body.institution).first()
    if place is None:
        raise NotFound(f"没有机构 {body.institution}。", f"No institution {body.institution}.")
    made = operations.open_case(
        Act(by=actor, channel="api"), definition=body.definition, institution=place,
        title=body.title, data=body.data,
    )  # fmt: skip
    return Status(201, case_as_json(actor, made))


@router.get("/cases/{number}", summary="一件 / one case")
def one(request: HttpRequest, number: str) -> dict[str, Any]:
    """Its data, files with digests, history, and what may be done now."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "cases.see")
    return case_as_json(actor, case_for(actor, number))


@router.post("/cases/{number}/moves/{transition}", summary="办一步 / make a step")
def moved(request: HttpRequest, number: str, transition: str, body: Move) -> dict[str, Any]:
    """The case after the step."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "cases.see")
    row = operations.move_case(
        Act(by=actor, channel="api"), case=case_for(actor, number), transition=transition,
        data=body.data, version=body.version,
    )  # fmt: skip
    return case_as_json(actor, row)


@router.post(
    "/cases/{number}/acts/{do}", summary="退回、撤回、委派、催办、回避 / acts beside the moves"
)
def acted(request: HttpRequest, number: str, do: str, body: Deed) -> dict[str, Any]:
    """``do``: return, withdraw, delegate, urge or recuse."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "cases.see")
    act = Act(by=actor, channel="api")
    row = perform(act, case_for(actor, number), do, body.model_dump())
    return case_as_json(actor, row)


@router.get("/cases/{number}/papers/{key}.{kind}", summary="文书 / a paper as pdf, docx or ofd")
def printed(request: HttpRequest, number: str, key: str, kind: str) -> HttpResponse:
    """The bytes."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "cases.see")
    return handed_out(paper(case_for(actor, number), key, kind), f"{number}-{key}", kind)


def _rules(key: str) -> CaseDefinition:
    try:
        return rules_for(key)
    except UnknownId:
        raise NotFound("没有这个办件定义。", "No such definition.") from None


def _short(row: Case) -> dict[str, Any]:
    return {
        "number": row.number, "definition": row.definition, "title": row.title,
        "institution": row.institution.code, "state": row.state, "version": row.version,
        "due": row.due_date.isoformat() if row.due_date else None,
        "opened": row.opened_at.isoformat(), "closed": bool(row.closed_at), "key": row.pk,
    }  # fmt: skip


def case_as_json(actor: Any, row: Case) -> dict[str, Any]:
    """A case for a program; an outsider reads no notes."""
    inside = is_insider(actor, row)
    return {
        **_short(row),
        "definition_version": row.definition_version,
        "data": row.data if inside else {},
        "parties": [
            {"institution": p.institution.code, "role": p.role}
            for p in row.parties.select_related("institution").order_by("pk")
        ],
        "files": [
            {"name": a.name, "field": a.role, "size": a.size, "sm3": a.sm3, "sha512": a.sha512}
            for a in attachments_of(row.urn)
        ] if inside else [],
        "history": [
            {"transition": s.transition, "from": s.from_state, "to": s.to_state,
             "at": s.at.isoformat(), **({"by": s.by_name, "note": s.note} if inside else {})}
            for s in row.steps.order_by("pk")
        ],
        "choices": [
            {"transition": b.transition.id, "label": b.label, "allowed": b.allowed,
             "reason": b.reason,
             "begins": {e.name: list(lines) for e in b.transition.fields
                        if inside and (lines := preset_for(e, row.data))}}
            for b in buttons(actor, row)
        ],
    }  # fmt: skip


_TYPES: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"}, "number": {"type": "number"}, "money": {"type": "number"},
    "boolean": {"type": "boolean"}, "date": {"type": "string", "format": "date"},
    "list": {"type": "array", "items": {"type": "string"}},
}  # fmt: skip


def schema_of(fields: tuple[Field, ...]) -> dict[str, Any]:
    """JSON Schema of a form; files are sent by the page, not here."""
    properties: dict[str, Any] = {}
    for entry in fields:
        kind = dict(_TYPES.get(entry.datatype, {"type": "string", "maxLength": entry.max_length}))
        if entry.options:
            kind["enum"] = [code for code, _, _ in entry.options]
        bounds = {"minimum": entry.minimum, "maximum": entry.maximum}
        kind |= {k: v for k, v in bounds.items() if v is not None}
        properties[entry.name] = {**kind, "title": entry.label_zh, "description": entry.label_en}
    required = [e.name for e in fields if e.required and e.datatype not in ("file", "files")]
    return {"type": "object", "properties": properties, "required": required,
            "additionalProperties": False}  # fmt: skip
