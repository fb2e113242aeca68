"""What every page's shell shows: who is signed in, what waits, where one can go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from lantai.foundation.inbox.queries import waiting_for
from lantai.foundation.policy import institutions_of
from lantai.web.navigation import navigation_for


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the page shells (web/layouts)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"demo": settings.LANTAI.demo, "navigation": [], "person": None}
    places = institutions_of(user)
    return {
        "demo": settings.LANTAI.demo,
        "person": user,
        "institution": places[0] if places else None,
        "inbox_count": waiting_for(user).count(),
        "navigation": navigation_for(user, request.path),
    }
