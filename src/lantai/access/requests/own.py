"""The citizen's session 本人办理: which requests this browser has opened by number and phone."""

from __future__ import annotations

from django.http import HttpRequest

from lantai.access.requests.models import ServiceRequest
from lantai.foundation.refusal import NotFound

KEY = "own_requests"
MOST = 10


def remember(request: HttpRequest, row: ServiceRequest) -> None:
    """This browser has shown number and phone."""
    known = dict(request.session.get(KEY) or {})
    known[row.number] = row.lookup
    request.session[KEY] = dict(list(known.items())[-MOST:])


def opened(request: HttpRequest, number: str) -> ServiceRequest:
    """The request when this browser has opened it; else `NotFound`, whether or not it exists."""
    lookup = (request.session.get(KEY) or {}).get(number)
    rows = ServiceRequest.objects.select_related("case__institution", "archives", "asked_record")
    row = rows.filter(number=number, lookup=lookup).first() if lookup else None
    if row is None:
        raise NotFound(
            "请先用申请编号和电话查询，再查看这件申请。",
            "Look the request up by its number and phone first.",
        )
    return row
