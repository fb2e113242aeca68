"""Who the reader is, read once for a page that changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lantai.foundation.policy import standings_read_once

_CHANGE_NOTHING = {"GET", "HEAD"}


class StandingsOnce:
    """Keeps the reader's roles for the time of one GET; an act always reads them afresh."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in _CHANGE_NOTHING:
            return self.get_response(request)
        with standings_read_once():
            return self.get_response(request)
