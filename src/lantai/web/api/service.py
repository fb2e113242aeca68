"""One API from the features' routers: session login, RFC 9457 problems, OpenAPI description.

A feature offers ``router = Router(tags=[…])`` in ``<floor>/<feature>/api.py`` with whole paths
below /api/v1/. A refusal raised by an operation becomes a problem document by itself.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security import APIKeyCookie

from lantai import __version__
from lantai.core.registry import walk_modules
from lantai.foundation.policy import Anonymous

FLOORS = ("access", "resources", "catalogue", "preservation", "governance", "foundation")


class SessionDoor(APIKeyCookie):
    """会话: whoever is signed in, or the public; operations decide what each may do.

    Unsafe methods must carry the CSRF token, since the browser sends the cookie by itself.
    """

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The person or the public, never nobody."""
        return request.user if request.user.is_authenticated else Anonymous()


def problem(status: int, title: str, detail: str, **more: Any) -> HttpResponse:
    """A problem document (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JsonResponse(
        body,
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


def build_api() -> NinjaAPI:
    """The API with every feature's router."""
    made = NinjaAPI(
        title="Lantai 兰台",
        version=__version__,
        description="数字档案馆接口。错误以 RFC 9457 问题文档返回。Digital archives API.",
        urls_namespace="api",
        openapi_url="/openapi.json",
        docs_url=None,
        auth=SessionDoor(),
    )
    made.add_exception_handler(ValidationError, _invalid)
    made.add_exception_handler(HttpError, _http_error)
    for floor in FLOORS:
        for module in walk_modules(f"lantai.{floor}", only="api"):
            made.add_router("", module.router)
    return made


def _invalid(request: HttpRequest, fault: Any) -> HttpResponse:
    errors = [
        {"place": ".".join(str(part) for part in e.get("loc", ())), "message": e.get("msg", "")}
        for e in fault.errors
    ]
    return problem(
        422,
        "参数不合要求 / invalid parameters",
        "；".join(f"{e['place']}: {e['message']}" for e in errors),
        errors=errors,
    )


def _http_error(request: HttpRequest, fault: Any) -> HttpResponse:
    return problem(fault.status_code, str(fault), str(fault))
