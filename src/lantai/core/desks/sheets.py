"""Printing 打印件: an entry or a form as a paper, in docx and PDF, from the same sheet."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from lantai.core.pdf_fonts import chinese_font

MOST_ROWS = 5_000
_GREY, _PALE = Color(0.55, 0.53, 0.5), Color(0.95, 0.94, 0.91)
_MARGIN = 20 * mm


@dataclass(frozen=True)
class PrintTable:
    """A table of a paper: its caption, headings and rows of text; ``wide`` the widest column."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    wide: int = 1


@dataclass(frozen=True)
class PrintSheet:
    """A paper: its title, the line above it, labels with values, tables, the lines at its foot."""

    title: str
    kicker: str = ""
    facts: Sequence[tuple[str, str]] = ()
    tables: Sequence[PrintTable] = ()
    foot: Sequence[str] = field(default_factory=tuple)


def docx_bytes(sheet: PrintSheet) -> bytes:
    """The paper as a Word file."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "SimSun", Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    if sheet.kicker:
        document.add_paragraph(_xml_text(sheet.kicker)).alignment = WD_ALIGN_PARAGRAPH.CENTER
    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = head.add_run(_xml_text(sheet.title))
    run.bold, run.font.size = True, Pt(18)
    if sheet.facts:
        _docx_table(document, [list(row) for row in sheet.facts])
    for table in sheet.tables:
        if table.title:
            document.add_paragraph(_xml_text(table.title)).runs[0].bold = True
        _docx_table(document, [list(table.heads), *map(list, table.rows[:MOST_ROWS])])
    for line in sheet.foot:
        document.add_paragraph(_xml_text(line))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _docx_table(document: object, rows: list[list[str]]) -> None:
    table = document.add_table(rows=0, cols=max(map(len, rows)))  # type: ignore[attr-defined]
    table.style = "Table Grid"
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=False):
            cell.text = _xml_text(str(text))


def _xml_text(text: str) -> str:
    return "".join(c for c in text if c >= " " or c in "\n\t")


def pdf_bytes(sheet: PrintSheet) -> bytes:
    """The paper as a PDF with its fonts in it."""
    text = "".join(_characters(sheet))
    serif, bold = (chinese_font(style, text) for style in ("serif", "serif-bold"))
    body = ParagraphStyle("body", fontName=serif, fontSize=10, leading=15, wordWrap="CJK")
    title = ParagraphStyle(
        "title", parent=body, fontName=bold, fontSize=17, leading=26, alignment=1
    )
    small = ParagraphStyle("small", parent=body, fontSize=9, alignment=1, textColor=_GREY)
    strong = ParagraphStyle("strong", parent=body, fontName=bold, spaceBefore=8, spaceAfter=4)

    def cell(value: str, style: ParagraphStyle = body) -> Paragraph:
        return Paragraph(escape(_xml_text(str(value))).replace("\n", "<br/>"), style)

    parts: list[Flowable] = [cell(sheet.kicker, small)] if sheet.kicker else []
    parts += [cell(sheet.title, title), Spacer(1, 4 * mm)]
    width = A4[0] - 2 * _MARGIN
    if sheet.facts:
        rows = [[cell(label), cell(value)] for label, value in sheet.facts]
        parts.append(_pdf_table(rows, [width * 0.26, width * 0.74], head=False))
    for table in sheet.tables:
        if table.title:
            parts.append(cell(table.title, strong))
        parts.append(_pdf_rows(table, width, cell))
    parts += [Spacer(1, 4 * mm), *(cell(line) for line in sheet.foot)]
    out = io.BytesIO()
    SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
        bottomMargin=_MARGIN, title=sheet.title,
    ).build(parts)  # fmt: skip
    return out.getvalue()


def _pdf_rows(table: PrintTable, width: float, cell: Callable[[str], Paragraph]) -> LongTable:
    count = len(table.heads)
    shares = [2.6 if n == table.wide and count > 2 else 1.0 for n in range(count)]
    widths = [width * share / sum(shares) for share in shares]
    rows = [[cell(value) for value in row] for row in (table.heads, *table.rows[:MOST_ROWS])]
    return _pdf_table(rows, widths, head=True)


def _pdf_table(rows: list[list[Paragraph]], widths: list[float], *, head: bool) -> LongTable:
    made = LongTable(rows, colWidths=widths, repeatRows=1 if head else 0)
    first = ("BACKGROUND", (0, 0), (-1, 0) if head else (0, -1), _PALE)
    made.setStyle(
        TableStyle(
            [("GRID", (0, 0), (-1, -1), 0.5, _GREY), ("VALIGN", (0, 0), (-1, -1), "TOP"), first]
        )
    )
    return made


def _characters(sheet: PrintSheet) -> Iterator[str]:
    yield "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,-/:()%"
    yield from (sheet.title, sheet.kicker, *sheet.foot)
    for label, value in sheet.facts:
        yield from (label, str(value))
    for table in sheet.tables:
        yield from (table.title, *table.heads)
        for row in table.rows[:MOST_ROWS]:
            yield from map(str, row)
