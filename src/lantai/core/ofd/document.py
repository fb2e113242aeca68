"""What an OFD 版式文件 holds: documents, pages, DocInfo, attachments, outlines, tags, signatures.

Several documents may lie in one file (DocBody, GB/T 33190-2016 §7.4); their pages are counted
through. Reading is tolerant: what is missing is told in ``warnings``, not raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import ofdkit
from lxml import etree

from lantai.core.ofd.container import OfdContainer, OfdUnreadable
from lantai.core.ofd.signatures import Signature, check_signatures
from lantai.core.ofd.trust import TrustList
from lantai.core.safe_xml import child, child_text, children, descendants, local

A4_BOX = (0.0, 0.0, 210.0, 297.0)
MAX_PAGES = 100_000
MAX_DEPTH = 32


@dataclass(frozen=True)
class OfdPage:
    """One page: its id, the entry of its content (None when missing), its box in mm."""

    number: int
    id: str
    entry: str | None
    box: tuple[float, float, float, float]


@dataclass
class OfdBody:
    """One document of the file (DocBody)."""

    element: etree._Element
    entry: str
    root: etree._Element
    pages: list[OfdPage] = field(default_factory=list)
    default_box: tuple[float, float, float, float] = A4_BOX

    @property
    def common(self) -> etree._Element | None:
        """CommonData: resources and templates."""
        return child(self.root, "CommonData")


class OfdDocument:
    """An open OFD; use as a context manager. ``open`` raises `OfdUnreadable`."""

    def __init__(self, source: Path | IO[bytes]) -> None:
        self.source = source
        self.warnings: list[str] = []
        self.container = OfdContainer(source)
        try:
            self.entry, self.root = self._root()
            self.bodies = list(self._bodies())
        except BaseException:
            self.container.close()
            raise
        if not self.bodies:
            self.container.close()
            raise OfdUnreadable("没有可读的文档 no readable Document.xml")

    @classmethod
    def open(cls, source: Path | IO[bytes]) -> OfdDocument:
        """Open a file or a binary stream."""
        return cls(source)

    def __enter__(self) -> OfdDocument:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.container.close()

    @property
    def pages(self) -> list[OfdPage]:
        """All pages of all documents, in order."""
        return [page for body in self.bodies for page in body.pages]

    def info(self, trust: TrustList | None = None) -> dict[str, Any]:
        """All that is told without drawing, as one JSON-able object; signatures by this trust.

        Keys: pages, doc_type, version, documents (each with its DocInfo, pages, outlines),
        page_sizes (mm), metadata (of the first document), attachments, signatures, custom_tags,
        versions, integrity, warnings.
        """
        documents = [self._document_info(body) for body in self.bodies]
        return {
            "pages": len(self.pages),
            "doc_type": self.root.get("DocType", ""),
            "version": self.root.get("Version", ""),
            "page_sizes": _runs([page.box[2:] for page in self.pages]),
            "metadata": documents[0]["metadata"],
            "documents": documents,
            "attachments": [item for body in self.bodies for item in self._attachments(body)],
            "signatures": [signature.to_json() for signature in self.signatures(trust)],
            "custom_tags": [item for body in self.bodies for item in self._custom_tags(body)],
            "versions": [item for body in self.bodies for item in self._versions(body)],
            "integrity": self._integrity(),
            "warnings": list(self.warnings),
        }

    def signatures(self, trust: TrustList | None = None) -> list[Signature]:
        """Every signature and seal, checked."""
        found: list[Signature] = []
        for body in self.bodies:
            entry = self.container.resolve(
                child_text(body.element, "Signatures"), self.entry, body.entry
            )
            if entry:
                found.extend(check_signatures(self.container, entry, trust))
        return found

    def text(self) -> str:
        """The text of all pages in reading order, parted by a form feed."""
        return "\f".join(self.page_texts())

    def page_texts(self) -> list[str]:
        """The text of each page; by object order where reading order cannot be had."""
        try:
            return self._texts_by_layout()
        except (ofdkit.OFDError, ValueError, TypeError, IndexError, RecursionError) as fault:
            self.warnings.append(f"{type(fault).__name__}: {fault}")
        return [self._plain_text(page) for page in self.pages]

    def page_faults(self) -> Iterator[tuple[str, str]]:
        """(place, fault) for each page whose content is missing or not XML."""
        for page in self.pages:
            if page.entry is None:
                yield f"第{page.number}页", "content not found"
                continue
            try:
                self.container.xml(page.entry)
            except OfdUnreadable as fault:
                yield page.entry, str(fault)

    def attachment_bytes(self, name: str) -> bytes:
        """The bytes of the attachment with this name or entry; `OfdUnreadable` when absent."""
        for body in self.bodies:
            for item in self._attachments(body):
                if name in (item["name"], item["entry"]) and item["entry"]:
                    return self.container.read(item["entry"])
        raise OfdUnreadable(f"没有此附件 no attachment {name}")

    def _texts_by_layout(self) -> list[str]:
        if isinstance(self.source, Path):
            opened = ofdkit.open(self.source)
        else:
            self.source.seek(0)
            opened = ofdkit.open(self.source.read())
        with opened as document:
            texts = []
            for page, mine in zip(document.pages, self.pages, strict=True):
                try:
                    texts.append(page.text())
                except ofdkit.OFDError as fault:
                    self.warnings.append(f"page {mine.number}: {fault}")
                    texts.append(self._plain_text(mine))
            return texts

    def _plain_text(self, page: OfdPage) -> str:
        if page.entry is None:
            return ""
        try:
            root = self.container.xml(page.entry)
        except OfdUnreadable:
            return ""
        lines = (
            "".join(code.text or "" for code in children(text, "TextCode"))
            for text in descendants(root, "TextObject")
        )
        return "\n".join(line for line in lines if line.strip())

    def _root(self) -> tuple[str, etree._Element]:
        entry = self.container.find("OFD.xml")
        if entry is None:
            raise OfdUnreadable("缺少 OFD.xml: not an OFD")
        root = self.container.xml(entry)
        if local(root) != "OFD":
            raise OfdUnreadable(f"OFD.xml 的根是 root is <{local(root)}>")
        return entry, root

    def _bodies(self) -> Iterator[OfdBody]:
        for element in children(self.root, "DocBody"):
            location = child_text(element, "DocRoot")
            entry = self.container.resolve(location, self.entry)
            if entry is None:
                self.warnings.append(f"DocRoot not found: {location}")
                continue
            try:
                body = OfdBody(element, entry, self.container.xml(entry))
            except OfdUnreadable as fault:
                self.warnings.append(str(fault))
                continue
            area = child_text(body.common, "PageArea", "PhysicalBox")
            body.default_box = numbers(area, 4) or A4_BOX  # type: ignore[assignment]
            body.pages = list(self._pages(body))
            yield body

    def _pages(self, body: OfdBody) -> Iterator[OfdPage]:
        pages = list(children(child(body.root, "Pages"), "Page"))
        if len(pages) > MAX_PAGES:
            raise OfdUnreadable("页数过多 too many pages")
        before = sum(len(b.pages) for b in getattr(self, "bodies", []))
        for number, element in enumerate(pages, before + 1):
            entry = self.container.resolve(element.get("BaseLoc", ""), body.entry)
            if entry is None:
                self.warnings.append(f"page {number} not found: {element.get('BaseLoc')}")
            box = self._page_box(entry) if len(pages) <= 2_000 else None
            yield OfdPage(number, element.get("ID", ""), entry, box or body.default_box)

    def _page_box(self, entry: str | None) -> tuple[float, float, float, float] | None:
        if entry is None:
            return None
        try:
            text = child_text(self.container.xml(entry), "Area", "PhysicalBox")
        except OfdUnreadable:
            return None
        found = numbers(text, 4)
        if found is None or found[2] <= 0 or found[3] <= 0:
            return None
        return found[0], found[1], found[2], found[3]

    def _document_info(self, body: OfdBody) -> dict[str, Any]:
        info = child(body.element, "DocInfo")
        metadata: dict[str, Any] = {}
        for element in info if info is not None else ():
            name, text = local(element), (element.text or "").strip()
            if name == "CustomDatas":
                metadata["CustomDatas"] = {
                    item.get("Name", ""): (item.text or "").strip()
                    for item in children(element, "CustomData")
                }
            elif name == "Keywords":
                words = [(word.text or "").strip() for word in children(element, "Keyword")]
                metadata["Keywords"] = [word for word in [text, *words] if word]
            elif text:
                metadata[name] = text
        return {
            "root": body.entry,
            "pages": len(body.pages),
            "metadata": metadata,
            "outlines": _outlines(
                child(body.root, "Outlines"), {page.id: page.number for page in body.pages}
            ),
            "has_actions": child(body.root, "Actions") is not None,
            "has_permissions": child(body.root, "Permissions") is not None,
        }

    def _linked(self, body: OfdBody, name: str) -> tuple[str, etree._Element] | None:
        entry = self.container.resolve(child_text(body.root, name), body.entry)
        if entry is None:
            return None
        try:
            return entry, self.container.xml(entry)
        except OfdUnreadable as fault:
            self.warnings.append(str(fault))
            return None

    def _attachments(self, body: OfdBody) -> list[dict[str, Any]]:
        linked = self._linked(body, "Attachments")
        if linked is None:
            return []
        found = []
        for item in children(linked[1], "Attachment"):
            location = child_text(item, "FileLoc")
            entry = self.container.resolve(location, linked[0], body.entry)
            if entry is None:
                self.warnings.append(f"attachment not found: {location}")
            found.append(
                {
                    "id": item.get("ID", ""),
                    "name": item.get("Name", ""),
                    "format": item.get("Format", "") or location.rpartition(".")[2],
                    "entry": entry or "",
                    "size": self.container.size(entry) if entry else 0,
                    "created": item.get("CreationDate", "").strip(),
                    "visible": item.get("Visible", "true") != "false",
                }
            )
        return found

    def _custom_tags(self, body: OfdBody) -> list[dict[str, Any]]:
        linked = self._linked(body, "CustomTags")
        found = []
        for tag in children(linked[1], "CustomTag") if linked else ():
            location = child_text(tag, "FileLoc")
            entry = self.container.resolve(location, linked[0] if linked else "", body.entry)
            found.append(
                {"type": tag.get("TypeID", tag.get("NameSpace", "")), "entry": entry or ""}
            )
        return found

    def _versions(self, body: OfdBody) -> list[dict[str, Any]]:
        return [
            {
                "id": item.get("ID", ""),
                "index": item.get("Index", ""),
                "current": item.get("Current", "") == "true",
                "entry": self.container.resolve(item.get("BaseLoc", ""), self.entry) or "",
            }
            for item in children(child(body.element, "Versions"), "Version")
        ]

    def _integrity(self) -> dict[str, Any] | None:
        """The integrity file 完整性保护文件 (GM/T 0099): what it lists, what lies outside it."""
        entry = self.container.find("OFDEntries.xml")
        if entry is None:
            return None
        root = self.container.xml(entry)
        listed = [item.get("FileLoc", "") for item in descendants(root, "File")]
        value = child_text(root, "SignedValueLoc")
        kept = {self.container.resolve(location, entry) for location in listed}
        outside = set(self.container.names) - kept - {entry, self.container.resolve(value, entry)}
        return {
            "listed": len(listed),
            "missing": [loc for loc in listed if not self.container.resolve(loc, entry)],
            "unlisted": sorted(outside),
            "signed_value": self.container.resolve(value, entry) or "",
        }


def numbers(text: str, count: int) -> tuple[float, ...] | None:
    """``count`` finite numbers of an ST_Array, or None."""
    try:
        found = tuple(float(part) for part in text.replace(",", " ").split()[:count])
    except ValueError:
        return None
    if len(found) < count or not all(abs(value) < 1e7 for value in found):
        return None
    return found


def _outlines(
    element: etree._Element | None, pages: dict[str, int], depth: int = 0
) -> list[dict[str, Any]]:
    """Titles with the page each leads to (None where it leads to none here)."""
    if element is None or depth > MAX_DEPTH:
        return []
    return [
        {
            "title": item.get("Title", ""),
            "page": _led_to(item, pages),
            "children": _outlines(item, pages, depth + 1),
        }
        for item in children(element, "OutlineElem")
    ]


def _led_to(item: etree._Element, pages: dict[str, int]) -> int | None:
    for action in children(child(item, "Actions"), "Action"):
        place = child(action, "Goto", "Dest")
        if place is not None:
            return pages.get(place.get("PageID", ""))
    return None


def _runs(sizes: list[tuple[float, ...]]) -> list[dict[str, Any]]:
    """Sizes as runs: width, height (mm) and how many pages in a row have them."""
    runs: list[dict[str, Any]] = []
    for width, height in sizes:
        if runs and (runs[-1]["width"], runs[-1]["height"]) == (width, height):
            runs[-1]["pages"] += 1
        else:
            runs.append({"width": width, "height": height, "pages": 1})
    return runs
