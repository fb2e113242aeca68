"""HTML 网页: visible text, title, declared encoding."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.formats.format import Format, PageText
from lantai.core.formats.html_text import html_text, parse_html

MOST = 64 * 1024 * 1024


class Html(Format):
    """HTML and XHTML of every version."""

    id = "html"
    label_zh, label_en = "网页（HTML）", "HTML page"
    puids = (
        "fmt/96",
        "fmt/97",
        "fmt/98",
        "fmt/99",
        "fmt/100",
        "fmt/102",
        "fmt/103",
        "fmt/471",
        "fmt/583",
    )
    mimes = ("text/html", "application/xhtml+xml")
    extensions = ("html", "htm", "xhtml")
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """The title and the visible text, on one page."""
        with path.open("rb") as stream:
            data = stream.read(MOST)
        yield PageText(1, html_text(data))

    def characterise(self, path: Path) -> dict[str, Any]:
        """Encoding, title, how many scripts and links."""
        with path.open("rb") as stream:
            data = stream.read(MOST)
        root, encoding = parse_html(data)
        return {
            "encoding": encoding,
            "title": (root.findtext(".//title") or "").strip()[:500],
            "scripts": len(root.findall(".//script")),
            "links": len(root.findall(".//a")),
        }
