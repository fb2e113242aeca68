"""Addresses 地址: each floor's features bring their own; this page only gathers them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.urls import URLPattern, URLResolver, include, path

FLOORS = ("access", "resources", "catalogue", "preservation", "governance", "foundation", "web")


def _feature_urls() -> list[URLPattern | URLResolver]:
    """Every ``urls.py`` of a feature (lantai/<floor>/<feature>/urls.py), in floor order."""
    root = Path(__file__).resolve().parents[1]
    found: list[URLPattern | URLResolver] = []
    for floor in FLOORS:
        for file in sorted((root / floor).rglob("urls.py")):
            name = ".".join(("lantai", *file.relative_to(root).with_suffix("").parts))
            if name != __name__:
                found.append(path("", include(import_module(name))))
    return found


urlpatterns = _feature_urls()
handler404 = "lantai.web.error_views.not_found"
handler500 = "lantai.web.error_views.failed"
handler403 = "lantai.web.error_views.forbidden"
handler400 = "lantai.web.error_views.bad_request"
