"""Bytes, page images and texts of components; whoever may see the record may ask."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from lantai.access.viewing.byte_ranges import file_response
from lantai.access.viewing.inner_parts import attachment_of
from lantai.access.viewing.page_images import page_image
from lantai.access.viewing.queries import component_for, texts_of

A_DAY = 86_400


@require_safe
def file(request: HttpRequest, uid: UUID, pk: int) -> HttpResponseBase:
    """The file itself; ``?download`` to keep it."""
    return file_response(request, component_for(request.user, uid, pk))


@require_safe
def page(request: HttpRequest, uid: UUID, pk: int, number: int) -> HttpResponseBase:
    """A page as PNG; ``?width=160`` for its thumbnail."""
    component = component_for(request.user, uid, pk)
    asked: Any = request.GET.get("width", "")
    width = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1_200
    path = page_image(component, min(number, 1_000_000), width)
    response = FileResponse(path.open("rb"), content_type="image/png")
    response["Cache-Control"] = f"private, max-age={A_DAY}"
    return response


@require_safe
def attachment(request: HttpRequest, uid: UUID, pk: int, number: int) -> HttpResponse:
    """A file kept inside the file, to take away; never shown in the browser."""
    component = component_for(request.user, uid, pk)
    name, data = attachment_of(component, min(number, 1_000_000))
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def text(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    """The text that was read from the file, page after page."""
    component = component_for(request.user, uid, pk)
    pages = "\f".join(texts_of(component).values())
    return HttpResponse(pages, content_type="text/plain; charset=utf-8")
