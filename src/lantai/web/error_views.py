"""The pages Django asks for when no view answers."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse

from lantai.web.middleware.errors import answer


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return answer(request, 404, "")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return answer(request, 403, str(exception))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return answer(request, 400, "")


def failed(request: HttpRequest) -> HttpResponse:
    """500."""
    return answer(request, 500, "", secrets.token_hex(4))
