"""Registers over HTTP: the same entries, rules and refusals as the pages."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Body, Query, Router, Status
from ninja.security import django_auth

from lantai.core.desks.register_definition import RegisterDefinition, RegisterField
from lantai.core.desks.register_values import words_of
from lantai.foundation.desks.attachments.storing import attachments_of
from lantai.foundation.desks.registers import operations
from lantai.foundation.desks.registers.definitions import definition_of
from lantai.foundation.desks.registers.presenting import entry_json
from lantai.foundation.desks.registers.queries import (
    Wanted,
    entries_for,
    entry_for,
    keepers_for,
    narrowed,
    page_of,
    registers_for,
)
from lantai.foundation.institutions.models import Institution
from lantai.foundation.narrowing import asked_filters
from lantai.foundation.policy import require
from lantai.foundation.refusal import NotPermitted, Refusal
from lantai.foundation.work import Act

router = Router(tags=["registers"], auth=django_auth)
JSON_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean", "codes": "array"}


@router.get("/registers", summary="台账清单 / the registers one may see", url_name="registers")
def registers(request: HttpRequest) -> list[dict[str, Any]]:
    """Each with its labels and where its entries are."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "registers.see")
    return [
        {
            "id": one.id,
            "version": one.version,
            "label_zh": one.label_zh,
            "label_en": one.label_en,
            "covers": list(one.covers),
            "verified": one.verified,
            "entries": f"/api/v1/registers/{one.id}/entries",
            "schema": f"/api/v1/registers/{one.id}/schema",
        }
        for one in registers_for(actor)
    ]


@router.get("/registers/{key}/schema", summary="条目的 JSON Schema / an entry's schema")
def schema(request: HttpRequest, key: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of an entry's values, made from the definition."""
    require(request.auth, "registers.see")  # type: ignore[attr-defined]
    return schema_of(definition_of(key))


@router.get("/registers/{key}/openapi.json", summary="本台账的 OpenAPI / OpenAPI of one register")
def openapi(request: HttpRequest, key: str) -> HttpResponse:
    """OpenAPI 3.1 of one register, its entries described field by field."""
    require(request.auth, "registers.see")  # type: ignore[attr-defined]
    return JsonResponse(openapi_of(definition_of(key)), json_dumps_params={"ensure_ascii": False})


@router.get("/registers/{key}/entries", summary="台账条目 / entries of a register")
def entries(
    request: HttpRequest,
    key: str,
    *,
    q: Annotated[str, Query(max_length=200)] = "",
    sort: Annotated[str, Query(max_length=60)] = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 50,
    after: Annotated[str, Query(max_length=600)] = "",
) -> dict[str, Any]:
    """A page; narrow it with ``filter.FIELD=…``, go on with ``after=`` what ``next`` says."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "registers.see")
    definition = definition_of(key)
    filters = {name: values[-1] for name, values in asked_filters(request).items()}
    wanted = Wanted(q, filters, sort, after, limit)
    rows = entries_for(actor, definition)
    page = page_of(rows, definition, wanted)
    total = narrowed(rows, definition, wanted).count()
    return {
        "total": total,
        "entries": [entry_json(row) for row in page.rows],
        "next": page.next or None,
    }


@router.post(
    "/registers/{key}/entries",
    response={201: dict[str, Any], 422: dict[str, Any]},
    summary="登记 / enter",
)
def add(request: HttpRequest, key: str, values: Annotated[dict[str, Any], Body()]) -> Status[Any]:
    """Enter something; ``_institution`` (a code) where a person keeps it at more than one place."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "registers.write")
    values = dict(values)
    place = _place(actor, definition_of(key), str(values.pop("_institution", "")))
    try:
        row = operations.add_entry(
            Act(by=actor, channel="api"), register=key, institution=place, values=values
        )
    except operations.EntryRefused as refusal:
        return Status(422, _refused(refusal))
    return Status(201, entry_json(row))


@router.get("/registers/{key}/entries/{pk}", summary="一条 / one entry")
def entry(request: HttpRequest, key: str, pk: int) -> dict[str, Any]:
    """Its values and its files."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "registers.see")
    row, _definition = entry_for(actor, key, pk)
    files = [
        {"id": p.pk, "name": p.name, "size": p.size, "sha512": p.sha512, "sm3": p.sm3}
        for p in attachments_of(row.urn)
    ]
    return {**entry_json(row), "files": files}


@router.put(
    "/registers/{key}/entries/{pk}",
    response={200: dict[str, Any], 422: dict[str, Any]},
    summary="修改 / change",
)
def change(
    request: HttpRequest,
    key: str,
    pk: int,
    values: Annotated[dict[str, Any], Body()],
    version: int | None = None,
) -> Status[Any]:
    """The entry with these values instead; ``version`` guards against another's change."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "registers.write")
    row, _definition = entry_for(actor, key, pk)
    try:
        row = operations.change_entry(
            Act(by=actor, channel="api"), entry=row, values=values, version=version
        )
    except operations.EntryRefused as refusal:
        return Status(422, _refused(refusal))
    return Status(200, entry_json(row))


@router.delete("/registers/{key}/entries/{pk}", response={204: None}, summary="注销 / withdraw")
def withdraw(request: HttpRequest, key: str, pk: int, reason: str = "") -> Status[None]:
    """Take it out of the register with a reason; it is kept."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "registers.write")
    row, _definition = entry_for(actor, key, pk)
    operations.withdraw_entry(Act(by=actor, channel="api", reason=reason[:300]), entry=row)
    return Status(204, None)


def _place(actor: Any, definition: RegisterDefinition, code: str) -> Institution:
    if code:
        found = Institution.objects.filter(code=code).first()
        if found is None:
            raise Refusal(f"没有代码为 {code} 的机构。", f"No institution {code}.")
        return found
    places = keepers_for(actor, definition)
    if not places:
        raise NotPermitted(
            f"“{definition.label_zh}”不由您所在机构或角色登记。",
            "Your roles do not keep this register.",
        )
    return places[0]


def _refused(refusal: operations.EntryRefused) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "status": 422,
        "title": str(refusal),
        "detail": str(refusal),
        "errors": [
            {"field": p.field, "code": p.code, "message": p.message_zh, "message_en": p.message_en}
            for p in refusal.problems
        ],
    }


def schema_of(definition: RegisterDefinition) -> dict[str, Any]:
    """JSON Schema of an entry's values."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{definition.label_zh} {definition.label_en}",
        "type": "object",
        "properties": {f.name: _property(f) for f in definition.shown},
        "required": [f.name for f in definition.shown if f.required],
        "additionalProperties": False,
    }


def _property(field: RegisterField) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": JSON_TYPES.get(field.type, "string"),
        "title": field.label_zh,
        "description": field.label_en,
    }
    codes = [word.code for word in words_of(field)]
    if field.type == "codes":
        made["items"] = {"type": "string", "enum": codes}
    elif field.type == "code":
        made["enum"] = codes
    elif made["type"] == "string":
        made["maxLength"] = field.max_length
    for key, limit in (("minimum", field.minimum), ("maximum", field.maximum)):
        if limit is not None:
            made[key] = limit
    return made


def openapi_of(definition: RegisterDefinition) -> dict[str, Any]:
    """OpenAPI of one register's entries."""
    place, body = (
        f"/api/v1/registers/{definition.id}/entries",
        {"$ref": "#/components/schemas/Entry"},
    )
    content = {"application/json": {"schema": body}}
    given = {"required": True, "content": content}
    number = {"name": "pk", "in": "path", "required": True, "schema": {"type": "integer"}}
    done = {"200": {"description": "OK"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{definition.label_zh} {definition.label_en}", "version": definition.version},
        "paths": {
            place: {
                "get": {"summary": "列表 / list", "responses": done},
                "post": {"summary": "登记 / enter", "requestBody": given,
                         "responses": {"201": {"description": "entered"}, "422": {"description": "refused"}}},
            },
            place + "/{pk}": {
                "parameters": [number],
                "get": {"summary": "一条 / one", "responses": done},
                "put": {"summary": "修改 / change", "requestBody": given, "responses": done},
                "delete": {"summary": "注销 / withdraw", "responses": {"204": {"description": "withdrawn"}}},
            },
        },
        "components": {"schemas": {"Entry": schema_of(definition)}},
    }  # fmt: skip
