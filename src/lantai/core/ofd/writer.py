"""Writing OFD 生成版式文件 by GB/T 33190-2016: text pages, and scans with their recognised text.

All lengths are millimetres from the top left of the page; a text's ``y`` is its baseline.
Scan pages keep the image on the background layer and the text, fully transparent, on the
body layer, as GB/T 42133-2022 §6.2.4 wishes. The same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from lxml import etree

from lantai.core.ofd.layout import advance, break_lines
from lantai.core.ofd.pages import (
    ImagePage,
    OfdAttachment,
    OfdMetadata,
    OfdNotWritten,
    PlacedText,
    TextPage,
)

NAMESPACE = "http://www.ofdspec.org/2016"
_IMAGE_KINDS = {
    b"\xff\xd8\xff": ("JPEG", "jpg"),
    b"\x89PNG": ("PNG", "png"),
    b"BM": ("BMP", "bmp"),
    b"II*\x00": ("TIFF", "tif"),
    b"MM\x00*": ("TIFF", "tif"),
    b"\x00\x00\x00\x0cjP": ("JPEG2000", "jp2"),
}


def lay_out(paragraphs: Iterable[str], page: TextPage | None = None) -> list[TextPage]:
    """Pages for these paragraphs, by the page's measure, margins and leading.

    An empty list of paragraphs still gives one empty page.
    """
    style = page or TextPage()
    top, right, bottom, left = style.margins
    width = style.size[0] - left - right
    room = max(1, int((style.size[1] - top - bottom) / style.leading))
    lines = [
        line
        for paragraph in paragraphs
        for text in (paragraph.splitlines() or [""])
        for line in break_lines(text, width, style.font_size)
    ]
    chunks = [lines[i : i + room] for i in range(0, len(lines), room)] or [[]]
    return [
        TextPage(chunk, style.size, style.font, style.font_size, style.leading, style.margins)
        for chunk in chunks
    ]


def write_ofd(
    target: Path | IO[bytes],
    pages: Sequence[TextPage | ImagePage],
    metadata: OfdMetadata | None = None,
    attachments: Sequence[OfdAttachment] = (),
) -> None:
    """Write the OFD; an existing file is replaced whole or not at all.

    Raises `OfdNotWritten` for no pages or an image of a kind OFD does not carry.
    """
    if not pages:
        raise OfdNotWritten("没有页面 an OFD needs at least one page")
    parts = _Writing(metadata or OfdMetadata()).build(pages, attachments)
    if not isinstance(target, Path):
        _zip(target, parts)
        return
    beside = target.with_name(target.name + ".part")
    try:
        with beside.open("wb") as stream:
            _zip(stream, parts)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _zip(stream: IO[bytes], parts: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            packed = name.rsplit(".", 1)[-1] in ("jpg", "png", "jp2")
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)


def _element(parent: etree._Element | None, name: str, text: str = "", **attributes: Any) -> Any:
    tag = f"{{{NAMESPACE}}}{name}"
    if parent is None:
        made = etree.Element(tag, nsmap={"ofd": NAMESPACE})
    else:
        made = etree.SubElement(parent, tag)
    for key, value in attributes.items():
        made.set(key, _number(value) if isinstance(value, float) else str(value))
    if text:
        made.text = _clean(text)
    return made


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


def _box(*values: float) -> str:
    return " ".join(_number(v) for v in values)


def _clean(text: str) -> str:
    """Without the control characters XML cannot hold."""
    return "".join(
        c
        for c in text
        if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )


def _serialise(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


class _Writing:
    """One document on its way: hands out ids, gathers fonts, images and parts."""

    def __init__(self, metadata: OfdMetadata) -> None:
        self.metadata = metadata
        self.last_id = 0
        self.fonts: dict[tuple[str, bool], int] = {}
        self.images: list[tuple[int, str, str]] = []
        self.page_sizes: list[tuple[float, float]] = []
        self.parts: dict[str, bytes] = {}

    def next_id(self) -> int:
        """A fresh object id (ST_ID, unique in the document)."""
        self.last_id += 1
        return self.last_id

    def build(
        self, pages: Sequence[TextPage | ImagePage], attachments: Sequence[OfdAttachment]
    ) -> dict[str, bytes]:
        """Every part by its name, OFD.xml first."""
        page_ids = []
        contents: dict[str, bytes] = {}
        for number, page in enumerate(pages):
            page_ids.append(self.next_id())
            name = f"Doc_0/Pages/Page_{number}/Content.xml"
            contents[name] = _serialise(self._page(page))
        resources = self._resources()
        attached = self._attach(attachments)
        digest = hashlib.sha256()
        for data in (*contents.values(), *self.parts.values()):
            digest.update(data)
        body = {
            "OFD.xml": self._root(digest.hexdigest()[:32]),
            "Doc_0/Document.xml": self._document(page_ids, bool(attached)),
        }
        return {**body, **resources, **contents, **attached, **self.parts}

    def _root(self, derived_id: str) -> bytes:
        meta = self.metadata
        root = _element(None, "OFD", Version="1.1", DocType=meta.doc_type)
        body = _element(root, "DocBody")
        info = _element(body, "DocInfo")
        created = meta.created.isoformat() if meta.created else ""
        fields = (
            ("DocID", meta.document_id or derived_id),
            ("Title", meta.title),
            ("Author", meta.author),
            ("Subject", meta.subject),
            ("Abstract", meta.abstract),
            ("CreationDate", created),
            ("Creator", meta.creator),
            ("CreatorVersion", meta.creator_version),
        )
        for name, value in fields[:6]:
            if value:
                _element(info, name, value)
        if meta.keywords:
            words = _element(info, "Keywords")
            for word in meta.keywords:
                _element(words, "Keyword", word)
        for name, value in fields[6:]:
            if value:
                _element(info, name, value)
        if meta.custom:
            customs = _element(info, "CustomDatas")
            for name, value in meta.custom.items():
                _element(customs, "CustomData", str(value), Name=_clean(name))
        _element(body, "DocRoot", "Doc_0/Document.xml")
        return _serialise(root)

    def _document(self, page_ids: Sequence[int], attached: bool) -> bytes:
        root = _element(None, "Document")
        common = _element(root, "CommonData")
        _element(common, "MaxUnitID", str(self.last_id))
        area = _element(common, "PageArea")
        _element(area, "PhysicalBox", _box(0, 0, *self.page_sizes[0]))
        if self.fonts:
            _element(common, "PublicRes", "PublicRes.xml")
        if self.images:
            _element(common, "DocumentRes", "DocumentRes.xml")
        pages = _element(root, "Pages")
        for number, page_id in enumerate(page_ids):
            _element(pages, "Page", ID=page_id, BaseLoc=f"Pages/Page_{number}/Content.xml")
        if attached:
            _element(root, "Attachments", "Attachs/Attachments.xml")
        return _serialise(root)

    def _resources(self) -> dict[str, bytes]:
        made = {}
        if self.fonts:
            root = _element(None, "Res", BaseLoc="Res")
            fonts = _element(root, "Fonts")
            for (name, bold), font_id in self.fonts.items():
                font = _element(fonts, "Font", ID=font_id, FontName=name, FamilyName=name)
                if bold:
                    font.set("Bold", "true")
            made["Doc_0/PublicRes.xml"] = _serialise(root)
        if self.images:
            root = _element(None, "Res", BaseLoc="Res")
            media = _element(root, "MultiMedias")
            for image_id, kind, name in self.images:
                one = _element(media, "MultiMedia", ID=image_id, Type="Image", Format=kind)
                _element(one, "MediaFile", name)
            made["Doc_0/DocumentRes.xml"] = _serialise(root)
        return made

    def _attach(self, attachments: Sequence[OfdAttachment]) -> dict[str, bytes]:
        if not attachments:
            return {}
        root = _element(None, "Attachments")
        for number, item in enumerate(attachments, 1):
            data = item.data if isinstance(item.data, bytes) else item.data.read_bytes()
            kind = item.format or item.name.rpartition(".")[2].lower()
            stored = f"attachment_{number}" + (f".{kind}" if kind.isalnum() else "")
            one = _element(root, "Attachment", ID=self.next_id(), Name=_clean(item.name))
            one.set("Format", kind)
            one.set("Size", _number(len(data) / 1024))
            _element(one, "FileLoc", stored)
            self.parts[f"Doc_0/Attachs/{stored}"] = data
        return {"Doc_0/Attachs/Attachments.xml": _serialise(root)}

    def _font(self, name: str, bold: bool) -> int:
        key = (name, bold)
        if key not in self.fonts:
            self.fonts[key] = self.next_id()
        return self.fonts[key]

    def _page(self, page: TextPage | ImagePage) -> etree._Element:
        root = _element(None, "Page")
        area = _element(root, "Area")
        content = _element(root, "Content")
        size = (
            self._scan(content, page) if isinstance(page, ImagePage) else self._text(content, page)
        )
        self.page_sizes.append(size)
        _element(area, "PhysicalBox", _box(0, 0, *size))
        return root

    def _text(self, content: etree._Element, page: TextPage) -> tuple[float, float]:
        layer = _element(content, "Layer", ID=self.next_id(), Type="Body")
        top, right, _, left = page.margins
        measure = page.size[0] - left - right
        baseline = top + page.font_size * 0.86
        for line in page.lines:
            if isinstance(line, PlacedText):
                self._place(layer, line, 255)
                continue
            for piece in break_lines(line, measure, page.font_size):
                if piece.strip():
                    placed = PlacedText(piece, left, baseline, page.font_size, page.font)
                    self._place(layer, placed, 255)
                baseline += page.leading
        return page.size

    def _scan(self, content: etree._Element, page: ImagePage) -> tuple[float, float]:
        data = page.image if isinstance(page.image, bytes) else page.image.read_bytes()
        found = next((v for k, v in _IMAGE_KINDS.items() if data.startswith(k)), None)
        if found is None:
            raise OfdNotWritten("OFD 不收此图像格式 not an image kind that OFD carries")
        pixels = _pixel_size(data)
        size = page.size or (pixels[0] / page.dpi * 25.4, pixels[1] / page.dpi * 25.4)
        image_id = self.next_id()
        name = f"image_{image_id}.{found[1]}"
        self.images.append((image_id, found[0], name))
        self.parts[f"Doc_0/Res/{name}"] = data
        back = _element(content, "Layer", ID=self.next_id(), Type="Background")
        placed = _element(back, "ImageObject", ID=self.next_id(), ResourceID=image_id)
        placed.set("Boundary", _box(0, 0, *size))
        placed.set("CTM", _box(size[0], 0, 0, size[1], 0, 0))
        if page.words:
            layer = _element(content, "Layer", ID=self.next_id(), Type="Body")
            across, down = size[0] / pixels[0], size[1] / pixels[1]
            for word in page.words:
                high = word.height * down
                text = PlacedText(
                    word.text,
                    word.left * across,
                    word.top * down + high * 0.86,
                    high,
                    width=word.width * across,
                )
                self._place(layer, text, 0)
        return size

    def _place(self, layer: etree._Element, line: PlacedText, alpha: int) -> None:
        text = _clean(line.text).replace("\n", " ").replace("\r", "")
        if not text or line.size <= 0:
            return
        widths = [advance(c, line.size) for c in text]
        if line.width and sum(widths) > 0:
            widths = [w * line.width / sum(widths) for w in widths]
        rise = line.size * 0.86
        attributes: dict[str, Any] = {
            "ID": self.next_id(),
            "Boundary": _box(line.x, line.y - rise, sum(widths), line.size * 1.2),
            "Font": self._font(line.font, line.bold),
            "Size": float(line.size),
        }
        if line.bold:
            attributes["Weight"] = 700
        if alpha != 255:
            attributes["Alpha"] = alpha
        made = _element(layer, "TextObject", **attributes)
        if line.colour != (0, 0, 0):
            _element(made, "FillColor", Value=" ".join(str(c) for c in line.colour))
        code = _element(made, "TextCode", X=0.0, Y=float(rise))
        if len(text) > 1:
            code.set("DeltaX", " ".join(_number(w) for w in widths[:-1]))
        code.text = text


def _pixel_size(data: bytes) -> tuple[int, int]:
    import io  # only scans need Pillow

    from PIL import Image

    from lantai.core.ofd.resources import DECODED

    try:
        with Image.open(io.BytesIO(data), formats=DECODED) as image:
            return image.size
    except (OSError, ValueError, Image.DecompressionBombError) as problem:
        raise OfdNotWritten(f"图像打不开 image does not open: {problem}") from problem
