"""Shared data over HTTP: the same sets, grants and ledger as the pages."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router
from ninja.security import django_auth

from lantai.access.sharing.chart import kind_named
from lantai.access.sharing.operations import note_use
from lantai.access.sharing.queries import MOST_PAGE, rows_of, set_named, sets_on_offer, user_body
from lantai.foundation.policy import require
from lantai.foundation.work import Act

router = Router(tags=["sharing"], auth=django_auth)


@router.get("/sharing", summary="共享数据集 / data sets on offer", url_name="sharing")
def sets(request: HttpRequest) -> list[dict[str, Any]]:
    """Each with its kind, holder and the way it is shared."""
    require(request.auth, "sharing.use")  # type: ignore[attr-defined]
    return [
        {"number": one.number, "title": one.title, "holder": one.holder.code, "kind": one.kind,
         "way": kind_named(one.kind).way, "columns": list(kind_named(one.kind).columns)}
        for one in sets_on_offer()
    ]  # fmt: skip


@router.get("/sharing/{number}/rows", summary="数据集内容 / rows of a set")
def rows(
    request: HttpRequest,
    number: str,
    *,
    q: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_PAGE)] = 100,
) -> dict[str, Any]:
    """A page of rows; go on with ``after=`` what ``next`` says. Each call is written down."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "sharing.use")
    shared = set_named(number)
    body = user_body(actor, shared)
    found = rows_of(shared, q, after, limit)
    note_use(Act(by=actor, channel="api"), shared=shared, body=body, channel="api", question=q,
             rows=len(found.rows))  # fmt: skip
    return {"total": found.total, "rows": found.rows, "next": found.next or None}
