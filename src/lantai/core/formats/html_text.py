"""The visible text of HTML 网页正文: for pages, mails and web archives."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from lantai.core.formats.encoding import decode
from lantai.core.formats.format import damaged

_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9._-]+)", re.IGNORECASE)
_HIDDEN = {"script", "style", "noscript", "template", "head"}
_BLOCKS = {
    "p",
    "div",
    "br",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "section",
    "article",
    "header",
    "footer",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "title",
    "hr",
}


def parse_html(data: bytes, declared: str = "") -> tuple[Any, str]:
    """(Root element, encoding); `Unreadable` when there is no document in it."""
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
        root, _ = parse_html(data, declared)
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
