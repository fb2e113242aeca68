"""XML 可扩展标记语言: text of all elements, root name and namespace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from lantai.core.bounded import read_at_most
from lantai.core.formats.format import Format, PageText, damaged
from lantai.core.safe_xml import MAX_BYTES, XmlRefused, local, parse_xml


class Xml(Format):
    """Any XML without a format of its own."""

    id = "xml"
    label_zh, label_en = "XML 文件", "XML document"
    puids = ("fmt/101",)
    mimes = ("application/xml", "text/xml", "image/svg+xml")
    extensions = ("xml", "xsd", "svg", "xbrl")
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """The text of the elements, one line each."""
        root = _root(path)
        texts = (text.strip() for text in root.itertext())
        yield PageText(1, "\n".join(text for text in texts if text))

    def characterise(self, path: Path) -> dict[str, Any]:
        """Root element, namespace, declared encoding, number of elements."""
        root = _root(path)
        return {
            "root": local(root),
            "namespace": etree.QName(root).namespace or "",
            "encoding": root.getroottree().docinfo.encoding or "UTF-8",
            "elements": sum(1 for _ in root.iter()),
        }


def _root(path: Path) -> etree._Element:
    data = read_at_most(path, MAX_BYTES + 1)
    try:
        return parse_xml(data.lstrip(b"\xef\xbb\xbf") if data[:3] == b"\xef\xbb\xbf" else data)
    except XmlRefused as fault:
        raise damaged(fault) from fault
