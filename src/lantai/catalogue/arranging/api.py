"""Arranging over HTTP: what a move would do, and the move."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.security import django_auth

from lantai.catalogue.arranging.forms import TOP, place_named
from lantai.catalogue.arranging.operations import move_subtree
from lantai.catalogue.arranging.presenting import move_document, plan_document
from lantai.catalogue.arranging.queries import move_for, plan_of
from lantai.catalogue.records.queries import record_for
from lantai.foundation.policy import require
from lantai.foundation.work import Act

router = Router(tags=["catalogue"], auth=django_auth)


class Target(Schema):
    """Where to: the parent's id or ``top``; ``version`` is the record's as it was read."""

    to: str = TOP
    category: str = ""
    version: int
    reason: str = ""


@router.get(
    "/records/{uid}/move", summary="整理调整预览 / what a move would do", url_name="plan_move"
)
def plan(request: HttpRequest, uid: UUID, to: str = TOP, category: str = "") -> dict[str, Any]:
    """How many records move, which codes are re-issued, which stay and why, and what forbids it."""
    actor = request.auth  # type: ignore[attr-defined]
    record = record_for(actor, uid)
    require(actor, "records.arrange", record=record)
    found = plan_of(actor, record, place_named(actor, to), category[:40])
    return {**plan_document(found), "version": record.version}


@router.post("/records/{uid}/move", summary="整理调整 / move a branch", url_name="move")
def move(request: HttpRequest, uid: UUID, target: Target) -> dict[str, Any]:
    """Move it; codes of a large branch follow as a job (state ``running``)."""
    actor = request.auth  # type: ignore[attr-defined]
    done = move_subtree(
        Act(by=actor, channel="api", reason=target.reason[:300]),
        record=record_for(actor, uid),
        parent=place_named(actor, target.to),
        category=target.category[:40],
        version=target.version,
    )
    return move_document(done)


@router.get("/moves/{int:key}", summary="整理调整进度 / how far a move is", url_name="one_move")
def one(request: HttpRequest, key: int) -> dict[str, Any]:
    """A move by its number."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "records.browse")
    return move_document(move_for(actor, key))
