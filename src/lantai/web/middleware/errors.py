"""Error pages 错误页: a refusal says why and what next; a defect says its id and no more."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from lantai.foundation.accounts.throttle import TooManyAttempts
from lantai.foundation.refusal import Conflict, NotFound, NotPermitted, Refusal
from lantai.foundation.returning import own_referer
from lantai.web.error_pages import PAGES

log = logging.getLogger("lantai.web")
_STATUS: list[tuple[type[Exception], int]] = [
    (NotPermitted, 403),
    (NotFound, 404),
    (Conflict, 409),
    (TooManyAttempts, 429),
    (Refusal, 422),
    (PermissionDenied, 403),
    (Http404, 404),
    (BadRequest, 400),
    (SuspiciousOperation, 400),
]


class ErrorPages:
    """Turns what a view raises into the page a person needs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse:
        """The answer for anything raised by a view."""
        for kind, status in _STATUS:
            if isinstance(problem, kind):
                return answer(request, status, str(problem))
        error_id = secrets.token_hex(4)
        log.error("error %s at %s", error_id, request.path, exc_info=problem)
        return answer(request, 500, "", error_id)


def answer(request: HttpRequest, status: int, message: str, error_id: str = "") -> HttpResponse:
    """A page, a problem document (RFC 9457), or, after a form, the form again with the words."""
    if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
        body = {
            "type": "about:blank",
            "status": status,
            "title": message or "error",
            "detail": message,
        }
        if error_id:
            body["instance"] = f"urn:lantai:error:{error_id}"
        return JsonResponse(body, status=status, content_type="application/problem+json")
    back = own_referer(request)
    if (
        back
        and request.method == "POST"
        and status in {409, 422, 403}
        and hasattr(request, "_messages")
    ):
        messages.error(request, message)
        return redirect(back)
    template = status if status in PAGES else PAGES[0]
    context = {"reason": message, "error_id": error_id, "status": status}
    return render(request, f"{template}.html", context, status=status)
