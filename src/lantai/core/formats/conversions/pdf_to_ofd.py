"""PDF to OFD 转 OFD: each page as an image, its text beneath sight (GB/T 33190, GB/T 42133)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.formats.kinds.pdf import open_pdf
from lantai.core.formats.migration import Migration, Proof, text_proof, texts_of
from lantai.core.ofd.document import OfdDocument
from lantai.core.ofd.pages import ImagePage, OfdMetadata, WordBox
from lantai.core.ofd.writer import write_ofd

DPI = 200
MM_PER_POINT = 25.4 / 72
LEAST_TEXT = 0.98


class PdfToOfd(Migration):
    """For bodies that keep OFD: looks as the PDF does, and can be searched."""

    id = "pdf-to-ofd"
    label_zh = "PDF 转双层 OFD"
    label_en = "PDF to double-layer OFD"
    sources = frozenset({"pdf"})
    target = "OFD"
    extension = "ofd"
    puids = frozenset({"lantai-fmt/ofd", "lantai-fmt/ofd-a", "fmt/1811"})
    order = 30

    def convert(self, source: Path, kind: str, target: Path) -> None:
        """Draw each page, and set its words where they stand."""
        with open_pdf(source) as document:
            pages = pages_of(document)
        write_ofd(target, pages, OfdMetadata(title=source.stem))

    def prove(self, source: Path, kind: str, target: Path) -> list[Proof]:
        """Pages and text."""
        with open_pdf(source) as old, OfdDocument.open(target) as new:
            before, after = len(old), len(new.pages)
        return [
            Proof("页数 pages", str(before), str(after), before == after),
            text_proof(texts_of(source, "pdf"), texts_of(target, "ofd"), LEAST_TEXT),
        ]


def pages_of(document: Any, dpi: int = DPI) -> list[ImagePage]:
    """Every page of an open PDF as an image with its words beneath."""
    return [_page(document[number], dpi) for number in range(len(document))]


def _page(page: Any, dpi: int) -> ImagePage:
    width, height = page.get_size()
    scale = dpi / 72
    stream = io.BytesIO()
    page.render(scale=scale).to_pil().convert("RGB").save(stream, "JPEG", quality=88)
    size = (width * MM_PER_POINT, height * MM_PER_POINT)
    return ImagePage(stream.getvalue(), list(_words(page, height, scale)), size=size, dpi=dpi)


def _words(page: Any, height: float, scale: float) -> Iterator[WordBox]:
    """Each run of text on a line with its box, in dots from the top left."""
    text = page.get_textpage()
    try:
        for number in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(number)
            words = text.get_text_bounded(left, bottom, right, top).replace("\r\n", " ").strip()
            if words:
                yield WordBox(
                    words, left * scale, (height - top) * scale,
                    (right - left) * scale, (top - bottom) * scale,
                )  # fmt: skip
    finally:
        text.close()
