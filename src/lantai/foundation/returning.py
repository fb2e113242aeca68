"""Going back 返回: to the page a form stood on, when that page is ours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme


def own_referer(request: HttpRequest) -> str:
    """The page the request came from, or empty when it is none of this site's."""
    back = request.headers.get("Referer", "")
    return back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else ""


def go_back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """To where the person was, else to the page named."""
    return redirect(own_referer(request) or otherwise)
