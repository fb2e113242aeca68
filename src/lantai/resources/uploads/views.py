"""The tus 1.0 server 断点续传: core protocol with creation, termination, expiration, checksum."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date

from lantai.foundation.policy import institutions_of, require
from lantai.resources.uploads import receiving
from lantai.resources.uploads.models import Upload
from lantai.resources.uploads.receiving import UploadProblem

VERSION = "1.0.0"
LONGEST_METADATA = 8_192
ROLES = ("records_officer", "unit_leader", "archivist")


def uploads(request: HttpRequest) -> HttpResponse:
    """What the server can (OPTIONS), or a new upload (POST)."""
    if request.method == "OPTIONS":
        return _answer(
            204,
            **{
                "Tus-Version": VERSION,
                "Tus-Extension": "creation,termination,expiration,checksum",
                "Tus-Max-Size": str(receiving.LARGEST),
                "Tus-Checksum-Algorithm": "sha1,sha256,sha512",
            },
        )
    return _guarded(request, {"POST": _create})


def upload(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask for the offset (HEAD), send the next part (PATCH), or cancel (DELETE)."""
    if request.method == "OPTIONS":
        return uploads(request)
    return _guarded(request, {"HEAD": _offset, "PATCH": _part, "DELETE": _cancel}, uid)


def _guarded(
    request: HttpRequest, doors: dict[str, Callable[..., HttpResponse]], *place: Any
) -> HttpResponse:
    require(request.user, "uploads.send")
    door = doors.get(request.method or "")
    if door is None:
        return _answer(405, Allow=", ".join([*doors, "OPTIONS"]))
    try:
        if request.headers.get("Tus-Resumable") != VERSION:
            raise UploadProblem(412, "只支持 tus 1.0.0", "only tus 1.0.0 is spoken here")
        return door(request, *place)
    except UploadProblem as problem:
        answer = _answer(problem.status, **{"Tus-Version": VERSION})
        answer.content = str(problem).encode()
        answer["Content-Type"] = "text/plain; charset=utf-8"
        return answer


def _create(request: HttpRequest) -> HttpResponse:
    length = request.headers.get("Upload-Length", "")
    if not length.isascii() or not length.isdigit() or len(length) > 16:
        raise UploadProblem(400, "请求没有写明文件大小", "Upload-Length is needed")
    place = institutions_of(request.user, ROLES)[0]
    row = receiving.begin(
        request.user,
        place,
        int(length),
        _metadata(request.headers.get("Upload-Metadata", "")),
        timezone.now(),
    )
    return _answer(
        201,
        Location=request.build_absolute_uri(reverse("uploads:upload", args=[row.uid])),
        **{"Upload-Expires": http_date(row.expires_at.timestamp()), "Upload-Offset": "0"},
    )


def _metadata(header: str) -> dict[str, str]:
    if len(header) > LONGEST_METADATA:
        raise UploadProblem(400, "文件说明太长", "Upload-Metadata is too long")
    found = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            raise UploadProblem(400, "文件说明写法不对", "Upload-Metadata is malformed") from None
    return {k: v.replace("\0", "") for k, v in found.items()}


def _offset(request: HttpRequest, uid: UUID) -> HttpResponse:
    row = _mine(request, uid)
    return _answer(
        200,
        **{
            "Upload-Offset": str(row.offset),
            "Upload-Length": str(row.size),
            "Upload-Expires": http_date(row.expires_at.timestamp()),
            "Cache-Control": "no-store",
        },
    )


def _part(request: HttpRequest, uid: UUID) -> HttpResponse:
    if request.content_type != "application/offset+octet-stream":
        raise UploadProblem(415, "内容类型不对", "application/offset+octet-stream is needed")
    offset = request.headers.get("Upload-Offset", "")
    if not offset.isascii() or not offset.isdigit() or len(offset) > 16:
        raise UploadProblem(400, "请求没有写明起点", "Upload-Offset is needed")
    row = _mine(request, uid)
    checksum = request.headers.get("Upload-Checksum", "")
    end = receiving.append(row, int(offset), request, checksum)  # type: ignore[arg-type]
    return _answer(
        204,
        **{
            "Upload-Offset": str(end),
            "Upload-Expires": http_date(row.expires_at.timestamp()),
        },
    )


def _cancel(request: HttpRequest, uid: UUID) -> HttpResponse:
    row = _mine(request, uid)
    if row.state == Upload.TAKEN:
        raise UploadProblem(409, "文件已归档，不能在此删除", "the file is in use")
    receiving.cancel(row)
    return _answer(204)


def _mine(request: HttpRequest, uid: UUID) -> Upload:
    row = Upload.objects.filter(uid=uid, person_id=request.user.pk).first()
    if row is None:
        raise UploadProblem(404, "没有这个上传", "no such upload")
    if row.state != Upload.TAKEN and (row.offset < 0 or row.expires_at < timezone.now()):
        raise UploadProblem(410, "上传已过期或已取消", "expired or cancelled")
    return row


def _answer(status: int, **headers: str) -> HttpResponse:
    response = HttpResponse(status=status)
    response["Tus-Resumable"] = VERSION
    for name, value in headers.items():
        response[name] = value
    return response
