"""``filter.NAME=…`` in the address of an API call."""

from __future__ import annotations

from django.http import HttpRequest

PREFIX = "filter."


def asked_filters(request: HttpRequest) -> dict[str, list[str]]:
    """Each name with the values asked for; a name may come again and again."""
    return {
        key.removeprefix(PREFIX): request.GET.getlist(key)
        for key in request.GET
        if key.startswith(PREFIX)
    }
