"""Reading XML from outside: no entities, no network, no huge trees (FAULTS 27).

Chinese producers write illegal prefixes and empty tag names, so names are compared by their
local part (`local`), and a document that does not parse strictly may be tried again in
recovery.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

MAX_BYTES = 64 * 1024 * 1024
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_WIDER = {b"gb2312": "gb18030", b"gbk": "gb18030", b"cp936": "gb18030"}
_EMPTY_PREFIX = re.compile(rb"(</?):(?=[A-Za-z_])")
_EMPTY_XMLNS = re.compile(rb"\sxmlns:\s*=\s*(\"[^\"]*\"|'[^']*')")


class XmlRefused(Exception):
    """The document is not XML we will read: broken, too large, or with entities of its own."""


def parse_xml(data: bytes, recover: bool = False) -> etree._Element:
    """The root element; `XmlRefused` when too large, declaring entities, or not XML.

    ``recover`` mends what can be mended (illegal prefixes, cut ends) after a strict failure.
    """
    if len(data) > MAX_BYTES:
        raise XmlRefused(f"XML larger than {MAX_BYTES} bytes")
    if b"<!ENTITY" in data or b"<\x00!\x00E\x00N\x00T\x00I\x00T\x00Y" in data:
        raise XmlRefused("XML declares entities")
    try:
        root = etree.fromstring(data, _parser(False))
    except (etree.XMLSyntaxError, ValueError) as problem:
        if not recover:
            raise XmlRefused(str(problem)) from problem
        root = _recovered(data)
    if root is None:
        raise XmlRefused("no root element")
    return root


def _recovered(data: bytes) -> etree._Element | None:
    mended = _EMPTY_XMLNS.sub(b"", _EMPTY_PREFIX.sub(rb"\1", data))
    found = _ENCODING.search(mended[:200])
    wider = _WIDER.get(found.group(1).lower()) if found else None
    if wider:
        text = mended.decode(wider, "replace")
        mended = re.sub(r"<\?xml[^>]*\?>", "", text, count=1).encode()
    try:
        return etree.fromstring(mended.lstrip(b"\xef\xbb\xbf \r\n\t"), _parser(True))
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise XmlRefused(str(problem)) from problem


def _parser(recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )


def local(element: etree._Element) -> str:
    """The name without namespace or prefix; empty for comments and instructions."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    return tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1]


def children(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """Direct children of that local name."""
    for child in element if element is not None else ():
        if local(child) == name:
            yield child


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The first descendant along the path of local names, or None."""
    for name in names:
        element = next(children(element, name), None)
        if element is None:
            return None
    return element


def child_text(element: etree._Element | None, *names: str) -> str:
    """The stripped text at the end of the path, or an empty string."""
    found = child(element, *names)
    return (found.text or "").strip() if found is not None else ""


def descendants(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """All descendants of that local name, in document order."""
    for found in element.iter():
        if local(found) == name:
            yield found
