"""Search over HTTP: GET /api/v1/search, the same JSON as `lantai search --json`."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from lantai.access.search import queries
from lantai.access.search.narrowing import records_within, together
from lantai.access.search.presenting import as_document
from lantai.foundation.narrowing import asked_filters
from lantai.foundation.policy import require

router = Router(tags=["search"])


@router.get("/search", summary="检索 / search", url_name="search")
def search(
    request: HttpRequest,
    *,
    q: Annotated[str, Query(max_length=2_000)] = "",
    limit: Annotated[int, Query(ge=0, le=1_000)] = 20,
    after: Annotated[str, Query(max_length=2_000)] = "",
    sort: Annotated[str, Query(max_length=20)] = "relevance",
    facet: Annotated[tuple[str, ...], Query(max_length=10)] = (),
    year_from: Annotated[int | None, Query(ge=0, le=9_999)] = None,
    year_to: Annotated[int | None, Query(ge=0, le=9_999)] = None,
    explain: bool = False,
    within: Annotated[tuple[str, ...], Query(max_length=1_000)] = (),
    also: Annotated[tuple[str, ...], Query(max_length=8)] = (),
    under: Annotated[str, Query(max_length=40)] = "",
) -> dict[str, Any]:
    """What this caller may see. Narrow with ``filter.fonds=…`` and the like, repeated at will; ``within``
    names records (ids) to search among, ``under`` a class or file (id) to search below, ``also`` are further
    questions that each result must answer too; ``explain`` says of each result why it was found."""
    actor = request.auth  # type: ignore[attr-defined]
    require(actor, "records.search")
    filters = asked_filters(request)
    answer = queries.search(
        actor,
        text=together([text for text in (*also, q) if text]),
        filters=filters,
        facets=facet,
        limit=limit,
        after=after,
        sort=sort,
        year_from=year_from,
        year_to=year_to,
        explain=explain,
        within=records_within(actor, under, ()) if under else within or None,
    )
    return as_document(answer)


@router.get("/suggest", summary="检索建议 / suggestions", url_name="suggest")
def suggest(
    request: HttpRequest, q: Annotated[str, Query(max_length=200)] = ""
) -> dict[str, list[str]]:
    """Titles to complete what is being typed."""
    return {"suggestions": queries.suggest(request.auth, q)}  # type: ignore[attr-defined]
