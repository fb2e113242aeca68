"""Serving bytes 字节服务: whole or a range (RFC 9110 §14), never as anything that can run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from lantai.catalogue.records.models import Component
from lantai.preservation.depositing.queries import open_component

CHUNK = 1 << 18
SHOWN = frozenset(
    ["application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp",
     "text/plain", "audio/mpeg", "audio/wav", "audio/x-wav", "audio/ogg", "audio/flac",
     "audio/mp4", "video/mp4", "video/webm", "video/ogg"]
)  # fmt: skip
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def file_response(request: HttpRequest, component: Component) -> HttpResponseBase:
    """The file, or the part asked for; what a browser might run is only ever downloaded."""
    kind = component.mime.split(";")[0].strip().lower()
    shown = kind in SHOWN and "download" not in request.GET
    span = _span(request.headers.get("Range", ""), component.size)
    if span == "unsatisfiable":
        response: HttpResponseBase = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{component.size}"
        return response
    stream = open_component(component)
    if isinstance(span, tuple):
        first, last = span
        response = StreamingHttpResponse(_part(stream, first, last), status=206)
        response["Content-Range"] = f"bytes {first}-{last}/{component.size}"
        response["Content-Length"] = str(last - first + 1)
    else:
        response = FileResponse(stream)
        response["Content-Length"] = str(component.size)
    response["Content-Type"] = _type(kind) if shown else "application/octet-stream"
    response["Content-Disposition"] = content_disposition_header(not shown, component.name) or ""
    response["Accept-Ranges"] = "bytes"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = f'"{component.sha512[:40]}"'
    return response


def _type(kind: str) -> str:
    return "text/plain; charset=utf-8" if kind == "text/plain" else kind


def _span(asked: str, size: int) -> tuple[int, int] | str | None:
    match = _RANGE.fullmatch(asked.strip())
    if not match or not (match[1] or match[2]):
        return None  # none, several or nonsense: the whole file is an answer to all
    if match[1]:
        first = int(match[1])
        last = min(int(match[2]) if match[2] else size - 1, size - 1)
    else:
        first, last = max(size - int(match[2]), 0), size - 1
    return (first, last) if first <= last and first < size else "unsatisfiable"


def _part(stream: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    with stream:
        _skip(stream, first)
        left = last - first + 1
        while left > 0 and (block := stream.read(min(CHUNK, left))):
            left -= len(block)
            yield block


def _skip(stream: BinaryIO, count: int) -> None:
    if stream.seekable():
        stream.seek(count)
        return
    while count > 0 and (block := stream.read(min(CHUNK, count))):
        count -= len(block)
