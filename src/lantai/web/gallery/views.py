"""The gallery of components (构件陈列): every one with content as an archives would have it.

A component shows itself by having an ``example.html`` in its folder. The page is there where
DEBUG is on, and otherwise for people who have signed in.
"""

from __future__ import annotations

import io
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from lantai.web.error_pages import PAGES
from lantai.web.frontend.build import COMPONENTS

CONTENT = Path(__file__).with_name("content.toml")

SCAN_TEXT = (
    "云溪县人民委员会\n关于兴修清水河水利工程的批复\n\n"
    "清河、东山、文昌各乡人民委员会：\n"
    "　　你乡联名报告收悉。同意在清水河上游筑坝一座，下游疏浚十八里，所需民工三千二百人，"
    "由沿河六乡分摊，工期自三月起至六月止。\n"
    "　　口粮补助照县人民委员会前令办理。\n\n一九五七年三月十四日"
)
SCAN = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="1240" viewBox="0 0 900 1240">'
    '<rect width="900" height="1240" fill="#efe4c8"/>'
    '<g font-family="Songti SC, Noto Serif CJK SC, SimSun, serif" fill="#2b241a">'
    '<text x="450" y="170" font-size="46" text-anchor="middle" fill="#a8362a"'
    ' letter-spacing="8">云溪县人民委员会</text>'
    '<path d="M110 215H790" stroke="#a8362a" stroke-width="3"/>'
    '<text x="450" y="300" font-size="34" text-anchor="middle">关于兴修清水河水利工程的批复</text>'
    '<g font-size="27"><text x="130" y="390">清河、东山、文昌各乡人民委员会：</text>'
    '<text x="184" y="450">你乡联名报告收悉。同意在清水河上游筑坝一座，</text>'
    '<text x="130" y="505">下游疏浚十八里，所需民工三千二百人，由沿河六乡</text>'
    '<text x="130" y="560">分摊，工期自三月起至六月止。</text>'
    '<text x="184" y="615">口粮补助照县人民委员会前令办理。</text>'
    '<text x="520" y="760">一九五七年三月十四日</text></g>'
    '<text x="770" y="1180" font-size="22">%d</text></g></svg>'
)


class Message(NamedTuple):
    """A message as the messages component takes it."""

    tags: str
    text: str

    def __str__(self) -> str:
        return self.text


class Example(NamedTuple):
    """One component, shown."""

    name: str
    tag: str
    html: SafeString


@lru_cache(maxsize=1)
def content() -> dict[str, Any]:
    """Return the sample content of the gallery."""
    sample = tomllib.loads(CONTENT.read_text(encoding="utf-8"))
    sample["messages_example"] = [Message(**row) for row in sample["messages_example"]]
    sample["pages"] = [
        {
            "image": f"/gallery/scan/{number}.svg",
            "thumb": f"/gallery/scan/{number}.svg",
            "label": str(number),
            "text": SCAN_TEXT if number == 1 else f"（第 {number} 页）工程概算表",
        }
        for number in range(1, 4)
    ]
    return sample


def example_names() -> list[str]:
    """Return the components that have an example, in the order of the gallery."""
    order = content()["order"]
    names = sorted(folder.parent.name for folder in COMPONENTS.glob("*/example.html"))
    return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


def _guard(request: HttpRequest) -> None:
    user = getattr(request, "user", None)
    if not settings.DEBUG and not (user is not None and user.is_authenticated):
        raise Http404


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component; with ?only=name, that one alone."""
    _guard(request)
    sample = content()
    only = request.GET.get("only")
    names = [name for name in example_names() if not only or name == only]
    examples = [
        Example(
            name,
            name.replace("_", "-"),
            render_to_string(f"components/{name}/example.html", sample, request),
        )
        for name in names
    ]
    shell = {key: sample[key] for key in ("site", "account", "inbox", "navigation", "breadcrumbs")}
    context = {**shell, "examples": examples, "search_url": "#"}
    return render(request, "gallery/gallery.html", context)


def portal(request: HttpRequest) -> HttpResponse:
    """Show the public shell with a search and a few results."""
    _guard(request)
    sample = content()
    keys = ("site", "portal_links", "portal_account", "hero", "cards", "results")
    return render(request, "gallery/portal.html", {key: sample[key] for key in keys})


def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show the sign-in page or an error page as people would see it."""
    _guard(request)
    templates = {"login": "account/login.html"}
    templates |= {str(code): f"{code}.html" for code in PAGES}
    if name not in templates:
        raise Http404
    context = {"site": content()["site"], "error_id": "E-20261122-7F3A", "retry_after": 60}
    return render(request, templates[name], context)


def scan(request: HttpRequest, number: int) -> HttpResponse:
    """Return a drawn page that stands for a scanned one."""
    _guard(request)
    return HttpResponse(SCAN % number, content_type="image/svg+xml")


@lru_cache(maxsize=1)
def _drawn_pdf() -> bytes:
    """Return a two-page PDF whose Chinese needs the reader's own character maps."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=A4)
    for number in (1, 2):
        sheet.setFont("STSong-Light", 22)
        sheet.drawCentredString(297, 740, "电子档案移交与接收登记表")
        sheet.setFont("STSong-Light", 12)
        for line, text in enumerate(SCAN_TEXT.splitlines()):
            sheet.drawString(72, 690 - line * 24, text[:36])
        sheet.drawString(500, 60, f"第 {number} 页")
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def pdf(request: HttpRequest) -> HttpResponse:
    """Return the sample PDF of the viewer."""
    _guard(request)
    return HttpResponse(_drawn_pdf(), content_type="application/pdf")


def suggest(request: HttpRequest) -> HttpResponse:
    """Return suggestions as the search box takes them."""
    _guard(request)
    context = {"options": ["清水河水利工程", "清水河堤防", "清水河水文观测"]}
    return render(request, "gallery/suggestions.html", context)


def tree(request: HttpRequest) -> HttpResponse:
    """Return a branch of the tree as htmx asks for it."""
    _guard(request)
    nodes = [{"label": f"1958-Y-办公室-{n:04}", "url": "#"} for n in range(1, 6)]
    return render(request, "gallery/branch.html", {"nodes": nodes})
