"""PDF 文件: an official document with red heading and the round seal, typeface embedded."""

from __future__ import annotations

import math
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from lantai.core.specimens.makers._page import page_texts
from lantai.core.specimens.makers.maker import Fonts, Maker
from lantai.core.specimens.records import Specimen

RED = (0.8, 0.08, 0.12)
LETTER, LEADING, LEFT, TOP = 16, 28, 72, 110  # points


class OfficialPdf(Maker):
    """Pages of text, searchable."""

    id = "pdf"
    suffix = ".pdf"

    def make(self, record: Specimen, path: Path, fonts: Fonts) -> list[Path]:
        """Invariant output: no time of making inside."""
        canvas = Canvas(str(path), pagesize=A4, invariant=1)
        canvas.setTitle(record.title)
        canvas.setAuthor(record.values["creator"])
        canvas.setSubject(record.values["reference_code"])
        creator = record.values["creator"].split("；")[0]
        texts = page_texts(record)
        for number, lines in enumerate(texts):
            if number == 0:
                _heading(canvas, creator, bool(record.values.get("doc_no")), fonts)
            foot = _lines(canvas, lines, number == 0, fonts)
            if number == len(texts) - 1:
                _seal(canvas, creator, 430, max(120, foot), fonts)
            canvas.setFillColorRGB(0, 0, 0)
            canvas.setFont(fonts.pdf_name, 11)
            canvas.drawCentredString(A4[0] / 2, 46, f"— {number + 1} —")
            canvas.showPage()
        canvas.save()
        return [path]


def _heading(canvas: Canvas, creator: str, numbered: bool, fonts: Fonts) -> None:
    canvas.setFillColorRGB(*RED)
    canvas.setStrokeColorRGB(*RED)
    text = creator + ("文件" if numbered else "")
    canvas.setFont(fonts.pdf_name, min(34, 440 / len(text)))
    canvas.drawCentredString(A4[0] / 2, A4[1] - 80, text)
    canvas.setLineWidth(2)
    canvas.line(LEFT, A4[1] - 96, A4[0] - LEFT, A4[1] - 96)


def _lines(canvas: Canvas, lines: list[str], first: bool, fonts: Fonts) -> float:
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setFont(fonts.pdf_name, LETTER)
    y, heading = A4[1] - TOP, first
    for row, line in enumerate(lines):
        y -= LEADING
        if not line.strip():
            heading = heading and row < 2
        elif heading and row < 5:
            canvas.drawCentredString(A4[0] / 2, y, line)
        else:
            canvas.drawString(LEFT, y, line)
    return y


def _seal(canvas: Canvas, name: str, x: float, y: float, fonts: Fonts) -> None:
    canvas.saveState()
    canvas.setStrokeColorRGB(*RED)
    canvas.setFillColorRGB(*RED)
    canvas.translate(x, y)
    canvas.setLineWidth(2.4)
    canvas.circle(0, 0, 56, stroke=1, fill=0)
    star = canvas.beginPath()
    for n in range(10):
        reach = 18 if n % 2 == 0 else 7
        point = (reach * math.sin(n * math.pi / 5), reach * math.cos(n * math.pi / 5))
        (star.moveTo if n == 0 else star.lineTo)(*point)
    star.close()
    canvas.drawPath(star, stroke=0, fill=1)
    spread = min(4.3, 0.42 * len(name))
    canvas.setFont(fonts.pdf_name, 13)
    for index, char in enumerate(name):
        angle = -spread / 2 + spread * (index + 0.5) / len(name)
        canvas.saveState()
        canvas.rotate(-math.degrees(angle))
        canvas.drawCentredString(0, 38, char)
        canvas.restoreState()
    canvas.restoreState()
