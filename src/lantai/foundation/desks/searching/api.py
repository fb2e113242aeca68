"""Search on all desks at once, over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router
from ninja.security import django_auth

from lantai.foundation.desks.searching.finding import Asked, desks_for, find_matters
from lantai.foundation.desks.searching.presenting import as_json
from lantai.foundation.policy import require

router = Router(tags=["desks"], auth=django_auth)


@router.get("/desk-search", summary="检索台账、办件、评价和填报 / search on all desks")
def search_desks(
    request: HttpRequest,
    *,
    q: Annotated[str, Query(max_length=500)],
    desk: Annotated[str, Query(max_length=40)] = "",
    within: Annotated[str, Query(max_length=60)] = "",
    after: Annotated[str, Query(max_length=600)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """What the caller may open, by the engine; ``desk`` and the definition ``within`` narrow it."""
    actor = request.auth  # type: ignore[attr-defined]
    if not desks_for(actor):
        require(actor, "registers.see")  # says who may
    asked = Asked(q, desk=desk, definition=within, after=after, limit=limit)
    found = find_matters(actor, asked)
    return {
        "total": found.total,
        "capped": found.capped,
        "near": found.near,
        "next": found.next or None,
        "desks": [{"id": name, "count": count} for name, count in found.desks],
        "definitions": [
            {"desk": name, "id": key, "count": count} for name, key, count in found.definitions
        ],
        "results": [as_json(one) for one in found.results],
    }
