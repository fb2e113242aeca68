"""A paper as a Word file: A4, 宋体."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from lantai.core.desks.printing.blocks import Block, title_of
from lantai.core.text import strip_controls

MANY = 8  # a table with this many columns turns the page


def write_docx(blocks: Sequence[Block]) -> bytes:
    """An office document."""
    paper = Document()
    _set_page(paper, wide(blocks))
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    paper.core_properties.title = strip_controls(title_of(blocks))[:255]
    for block in blocks:
        if block.kind in ("facts", "table"):
            _table(paper, block)
        elif block.kind == "picture":
            paper.add_picture(io.BytesIO(block.picture), width=Cm(15))
            if block.text:
                _line(paper, Block("kicker", block.text))
        else:
            _line(paper, block)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def wide(blocks: Sequence[Block]) -> bool:
    """Does a table ask for the page to lie on its side?"""
    return any(b.kind == "table" and max(map(len, b.rows), default=0) >= MANY for b in blocks)


def _set_page(paper: Any, on_its_side: bool) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    if on_its_side:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(29.7), Cm(21)


def _line(paper: Any, block: Block) -> None:
    text = strip_controls(block.text)
    if block.kind == "item":
        paper.add_paragraph(text, style="List Bullet")
        return
    line = paper.add_paragraph()
    run = line.add_run(text)
    if block.kind in ("title", "kicker"):
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run.font.size = Pt(18 if block.kind == "title" else 10.5)
    run.bold = block.kind in ("title", "heading")
    if block.kind == "paragraph":
        line.paragraph_format.first_line_indent = Pt(24)
    elif block.kind == "signed":
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif block.kind == "note":
        run.font.size = Pt(10.5)


def _table(paper: Any, block: Block) -> None:
    width = max(len(row) for row in block.rows)
    table = paper.add_table(rows=0, cols=width, style="Table Grid")
    for number, row in enumerate(block.rows):
        cells = table.add_row().cells
        for place, text in enumerate(row):
            cells[place].text = strip_controls(text)
            strong = number == 0 if block.kind == "table" else place == 0
            for run in cells[place].paragraphs[0].runs:
                run.font.size, run.bold = Pt(10.5), strong
    paper.add_paragraph()
