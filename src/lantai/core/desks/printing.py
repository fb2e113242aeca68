"""Printing 文书: a template of lines filled with values, as docx and as PDF.

``# `` begins a heading, ``- `` a list item, ``|`` a table row with cells between bars; an empty
line parts paragraphs. {name} is replaced once: what a person wrote is never a template again.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from docx import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.platypus import Flowable, Image, Paragraph, SimpleDocTemplate, Spacer, Table

from lantai.core.pdf_fonts import chinese_font
from lantai.core.text import strip_controls

_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Block:
    """A piece of a paper: title, heading, paragraph, item, table (rows of cells) or picture (PNG)."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = field(default=())
    picture: bytes = b""


def blocks_of(title: str, template: str, values: Mapping[str, str]) -> list[Block]:
    """The filled template as blocks; a value of several lines stays several lines."""
    blocks = [Block("title", title)]
    rows: list[tuple[str, ...]] = []
    for line in template.strip().splitlines():
        filled = _NAME.sub(lambda match: values.get(match[1], ""), line.rstrip())
        if line.startswith("|"):
            cells = [
                _NAME.sub(lambda m: values.get(m[1], ""), c) for c in line.strip("| ").split("|")
            ]
            rows.append(tuple(cell.strip() for cell in cells))
            continue
        if rows:
            blocks.append(Block("table", rows=tuple(rows)))
            rows = []
        if line.startswith("# "):
            blocks.append(Block("heading", filled[2:]))
        elif line.startswith("- "):
            blocks.append(Block("item", filled[2:]))
        elif filled.strip():
            blocks.append(Block("paragraph", filled))
    if rows:
        blocks.append(Block("table", rows=tuple(rows)))
    return blocks


def write_docx(blocks: Sequence[Block]) -> bytes:
    """An office document in 宋体, A4."""
    paper = Docx()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    for block in blocks:
        text = strip_controls(block.text) if block.text else ""
        if block.kind == "title":
            line = paper.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run = line.add_run(text)
            run.bold, run.font.size = True, Pt(18)
        elif block.kind == "heading":
            paper.add_paragraph().add_run(text).bold = True
        elif block.kind == "item":
            paper.add_paragraph(text, style="List Bullet")
        elif block.kind == "table":
            _docx_table(paper, block)
        elif block.kind == "picture":
            paper.add_picture(io.BytesIO(block.picture), width=Cm(15))
        else:
            paper.add_paragraph(text).paragraph_format.first_line_indent = Pt(24)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _docx_table(paper: Docx, block: Block) -> None:  # type: ignore[valid-type]
    width = max(len(row) for row in block.rows)
    table = paper.add_table(rows=0, cols=width, style="Table Grid")  # type: ignore[attr-defined]
    for row in block.rows:
        cells = table.add_row().cells
        for place, text in enumerate(row):
            cells[place].text = strip_controls(text)


def write_pdf(blocks: Sequence[Block]) -> bytes:
    """The same as a PDF with its Chinese face inside."""
    used = "".join(block.text + "".join("".join(row) for row in block.rows) for block in blocks)
    face = chinese_font("serif", used + "0123456789.,:;/-()（）·")
    bold = chinese_font("serif-bold", used + "0123456789.,:;/-()（）·")
    styles = {
        "title": ParagraphStyle("t", fontName=bold, fontSize=18, leading=28, alignment=TA_CENTER,
                                spaceAfter=12, wordWrap="CJK"),
        "heading": ParagraphStyle("h", fontName=bold, fontSize=13, leading=22, spaceBefore=8, wordWrap="CJK"),
        "paragraph": ParagraphStyle("p", fontName=face, fontSize=12, leading=20, firstLineIndent=24,
                                    wordWrap="CJK"),
        "item": ParagraphStyle("i", fontName=face, fontSize=12, leading=20, leftIndent=18, wordWrap="CJK"),
        "cell": ParagraphStyle("c", fontName=face, fontSize=10, leading=14, wordWrap="CJK"),
    }  # fmt: skip
    story: list[Flowable] = []
    for block in blocks:
        if block.kind == "table":
            story += [_pdf_table(block, styles["cell"]), Spacer(1, 8)]
        elif block.kind == "picture":
            story.append(Image(io.BytesIO(block.picture), width=15 * cm, height=9 * cm))
        else:
            text = ("· " if block.kind == "item" else "") + strip_controls(block.text)
            story.append(Paragraph(escape(text).replace("\n", "<br/>"), styles[block.kind]))
    out = io.BytesIO()
    SimpleDocTemplate(
        out, pagesize=A4, leftMargin=2.6 * cm, rightMargin=2.6 * cm, title=blocks[0].text
    ).build(story)
    return out.getvalue()


def _pdf_table(block: Block, style: ParagraphStyle) -> Table:
    width = max(len(row) for row in block.rows)
    rows = [
        [Paragraph(escape(cell), style) for cell in (*row, *[""] * (width - len(row)))]
        for row in block.rows
    ]
    lines = [("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    return Table(rows, style=lines, colWidths=[15.8 * cm / width] * width, repeatRows=1)
