"""A paper as a PDF with its Chinese face inside."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import (
    Flowable,
    Image,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)

from lantai.core.desks.printing.blocks import Block, shares, title_of
from lantai.core.desks.printing.word import wide
from lantai.core.pdf_fonts import chinese_font
from lantai.core.text import strip_controls

_GREY, _PALE = Color(0.55, 0.53, 0.5), Color(0.95, 0.94, 0.91)
_MARGIN = 2.4 * cm
_ALWAYS = (
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,:;/-–—()（）·%'\"?!&“”‘’…"
)


def write_pdf(blocks: Sequence[Block]) -> bytes:
    """The paper; the foot of each page has its number."""
    used = "".join(_characters(blocks))
    face, bold = chinese_font("serif", used), chinese_font("serif-bold", used)
    styles = _styles(face, bold)
    page = landscape(A4) if wide(blocks) else A4
    story: list[Flowable] = []
    for block in blocks:
        story += _flow(block, styles, page[0] - 2 * _MARGIN)

    def number(canvas: Any, document: Any) -> None:
        canvas.setFont(face, 9)
        canvas.setFillColor(_GREY)
        canvas.drawCentredString(page[0] / 2, 1.2 * cm, f"— {document.page} —")

    out = io.BytesIO()
    SimpleDocTemplate(
        out, pagesize=page, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
        bottomMargin=_MARGIN, title=title_of(blocks), author="Lantai 兰台",
    ).build(story, onFirstPage=number, onLaterPages=number)  # fmt: skip
    return out.getvalue()


def _styles(face: str, bold: str) -> dict[str, ParagraphStyle]:
    plain = ParagraphStyle("plain", fontName=face, fontSize=12, leading=20, wordWrap="CJK")

    def style(name: str, **more: Any) -> ParagraphStyle:
        return ParagraphStyle(name, parent=plain, **more)

    return {
        "title": style("title", fontName=bold, fontSize=18, leading=28, alignment=TA_CENTER,
                       spaceAfter=12),
        "kicker": style("kicker", fontSize=10, leading=15, alignment=TA_CENTER, textColor=_GREY),
        "heading": style("heading", fontName=bold, fontSize=13, leading=22, spaceBefore=8),
        "paragraph": style("paragraph", firstLineIndent=24),
        "address": style("address", spaceBefore=6),
        "item": style("item", leftIndent=18),
        "signed": style("signed", alignment=TA_RIGHT),
        "note": style("note", fontSize=9.5, leading=15, textColor=_GREY),
        "cell": style("cell", fontSize=10, leading=14),
        "strong": style("strong", fontName=bold, fontSize=10, leading=14),
    }  # fmt: skip


def _flow(block: Block, styles: dict[str, ParagraphStyle], width: float) -> list[Flowable]:
    if block.kind in ("facts", "table"):
        return [_table(block, styles, width), Spacer(1, 10)]
    if block.kind == "picture":
        return [
            _picture(block),
            *([Paragraph(_marked(block.text), styles["kicker"])] if block.text else []),
        ]
    text = ("· " if block.kind == "item" else "") + block.text
    return [Paragraph(_marked(text), styles[block.kind])]


def _picture(block: Block) -> Image:
    width, height = ImageReader(io.BytesIO(block.picture)).getSize()
    return Image(io.BytesIO(block.picture), width=15 * cm, height=15 * cm * height / width)


def _marked(text: str) -> str:
    return escape(strip_controls(text)).replace("\n", "<br/>")


def _table(block: Block, styles: dict[str, ParagraphStyle], width: float) -> LongTable:
    facts = block.kind == "facts"
    parts = [0.26, 0.74] if facts else shares(block.rows)
    rows = []
    for number, row in enumerate(block.rows):
        cells = [*row, *[""] * (len(parts) - len(row))]
        rows.append([
            Paragraph(_marked(cell), styles["strong" if (not number, not place)[facts] else "cell"])
            for place, cell in enumerate(cells)
        ])  # fmt: skip
    made = LongTable(rows, colWidths=[width * p for p in parts], repeatRows=0 if facts else 1)
    pale = ("BACKGROUND", (0, 0), (0, -1) if facts else (-1, 0), _PALE)
    lines = [("GRID", (0, 0), (-1, -1), 0.5, _GREY), ("VALIGN", (0, 0), (-1, -1), "TOP"), pale]
    made.setStyle(TableStyle(lines))
    return made


def _characters(blocks: Sequence[Block]) -> Iterator[str]:
    yield _ALWAYS
    for block in blocks:
        yield block.text
        for row in block.rows:
            yield from row
