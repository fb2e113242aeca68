"""HTML 网页: visible text, title, declared encoding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from lantai.core.formats.encoding import decode
from lantai.core.formats.format import Format, PageText, damaged

_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9._-]+)", re.IGNORECASE)
_HIDDEN = {"script", "style", "noscript", "template", "head"}
_BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section",
           "article", "header", "footer", "dt", "dd", "blockquote", "pre", "title", "hr"}  # fmt: skip
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
        root, encoding = _parse(data)
        return {
            "encoding": encoding,
            "title": (root.findtext(".//title") or "").strip()[:500],
            "scripts": len(root.findall(".//script")),
            "links": len(root.findall(".//a")),
        }


def _parse(data: bytes, declared: str = "") -> tuple[Any, str]:
    found = _DECLARED.search(data[:4096])
    text, encoding = decode(data, declared or (found.group(1).decode() if found else ""))
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\x00", "")
    parser = lxml_html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = lxml_html.document_fromstring(text or "<html></html>", parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as fault:
        raise damaged(fault) from fault
    return root, encoding


def html_text(data: bytes, declared: str = "") -> str:
    """Visible text of an HTML document, one line a block; the title first."""
    try:
        root, _ = _parse(data, declared)
    except RecursionError as fault:
        raise damaged(fault) from fault
    parts: list[str] = [(root.findtext(".//title") or "").strip(), "\n"]
    hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            hidden += tag in _HIDDEN
            if tag in _BLOCKS:
                parts.append("\n")
            if tag in ("td", "th"):
                parts.append("\t")
            if not hidden and tag:
                parts.append(element.text or "")
        else:
            hidden -= tag in _HIDDEN
            if tag in _BLOCKS:
                parts.append("\n")
            if not hidden:
                parts.append(element.tail or "")
    text = re.sub(r"[ \r\f\v\xa0]+", " ", "".join(parts))
    return re.sub(r"\s*\n\s*", "\n", text).strip()
