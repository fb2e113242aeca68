"""The door of the desks' API: somebody who has signed in, before anything else is read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie


class SignedIn(APIKeyCookie):
    """The session's person; nobody else comes in (401). Unsafe methods carry the CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The person, or None."""
        return request.user if request.user.is_authenticated else None
