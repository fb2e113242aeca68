"""The union catalogue over HTTP."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from lantai.access.union import queries
from lantai.access.union.presenting import entry_document
from lantai.foundation.narrowing import asked_filters
from lantai.foundation.policy import require

router = Router(tags=["search"])


@router.get("/union", summary="联合目录检索 / union catalogue", url_name="union")
def search(
    request: HttpRequest,
    *,
    q: Annotated[str, Query(max_length=2_000)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    after: Annotated[str, Query(max_length=2_000)] = "",
) -> dict[str, Any]:
    """Entries with their holders, as far as this caller may see; ``records`` counts records before merging."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "records.search")
    filters = asked_filters(request)
    found = queries.union_search(actor, text=q, filters=filters, limit=limit, after=after)
    return {
        "records": found.answer.total,
        "capped": found.answer.capped,
        "entries": [entry_document(entry) for entry in found.entries],
        "next": found.answer.next,
    }


@router.get("/union/{uid}", summary="联合目录的一条 / an entry", url_name="union_entry")
def entry(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    """One entry by any of its records, with its parts."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "records.search")
    found, inside, around = queries.union_entry(actor, uid)
    return {
        **entry_document(found),
        "parts": [str(row.uid) for row in inside],
        "part_of": [str(row.uid) for row in around],
    }
