"""XML from outside: no entities, no network, no huge trees, a size limit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from lxml import etree

from lantai.core.bounded import read_at_most

MAX_METADATA = 16 * 2**20  # one record's description; a catalogue is read as a stream
_DECLARED = re.compile(rb"<\?xml[^>]*encoding\s*=\s*['\"]([A-Za-z0-9_.-]+)['\"]")


class XmlNotReadable(Exception):
    """The XML is not well-formed, too large, or holds a document type: the message says where."""


def _refuse_doctype(head: bytes) -> None:
    if b"<!DOCTYPE" in head or b"<!\x00D\x00O\x00C\x00T\x00Y\x00P\x00E" in head:
        raise XmlNotReadable("含有 DOCTYPE 声明，不予解析 / document type declaration refused")


def _for_lxml(head: bytes) -> str | None:
    """GB2312 and GBK are subsets of GB18030, and files so declared often hold more."""
    match = _DECLARED.search(head[:200])
    declared = match[1].decode().lower() if match else ""
    return "gb18030" if declared in {"gb2312", "gbk", "gb18030", "gb_2312-80"} else None


def parse_xml(path: Path) -> etree._Element:
    """The root element of a small XML file, or `XmlNotReadable`."""
    try:
        raw = read_at_most(path, MAX_METADATA + 1)
    except OSError as problem:
        raise XmlNotReadable(str(problem.strerror)) from problem
    if len(raw) > MAX_METADATA:
        raise XmlNotReadable(f"超过 {MAX_METADATA} 字节 / too large")
    _refuse_doctype(raw)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False,
        remove_comments=True, remove_pis=True, encoding=_for_lxml(raw),
    )  # fmt: skip
    try:
        return etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as problem:
        raise XmlNotReadable(str(problem)) from problem


class _Guarded:
    """A stream that refuses a document type wherever it stands."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.tail = stream, b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        block = self.stream.read(size)
        _refuse_doctype(self.tail + block)
        self.tail = block[-24:]
        return block


def stream_rows(path: Path, row_tag: str) -> Iterator[dict[str, str]]:
    """The children of each ``row_tag`` element as text by local name, one row at a time."""
    try:
        with path.open("rb") as stream:
            encoding = _for_lxml(stream.read(200))
            stream.seek(0)
            events = etree.iterparse(
                _Guarded(stream), events=("end",), resolve_entities=False, no_network=True,
                huge_tree=False, load_dtd=False, remove_comments=True, encoding=encoding,
            )  # fmt: skip
            for _, element in events:
                if local_name(element) != row_tag:
                    continue
                yield {
                    element_name(child): text_of(child)
                    for child in element
                    if isinstance(child.tag, str)
                }
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except (etree.XMLSyntaxError, ValueError, LookupError) as problem:
        raise XmlNotReadable(str(problem)) from problem
    except OSError as problem:
        raise XmlNotReadable(str(problem.strerror)) from problem


def local_name(element: etree._Element) -> str:
    """The name without its namespace; empty for comments and instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def element_name(element: etree._Element) -> str:
    """Its own name, or the label in 标签 where it is an element for foreign names."""
    return element.get("标签") or local_name(element)


def text_of(element: etree._Element) -> str:
    """Its whole text, spaces at the ends taken off."""
    return "".join(element.itertext()).strip()
