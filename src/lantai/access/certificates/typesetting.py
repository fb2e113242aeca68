"""Typesetting 排版: Chinese paragraphs on a PDF canvas: first-line indent, line-break rules, full lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

_NOT_FIRST = "，。、；：？！）》〉〕】”’」』…—·%℃,.;:?!)]}"
_NOT_LAST = "（《〈〔【“‘「『([{"
_PIECE = re.compile(r"[A-Za-z0-9@._/\-·*:#%+]+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Style:
    """A face, a size in points, the distance of lines, indents in points."""

    font: str
    size: float
    leading: float
    first: float = 0
    left: float = 0


def break_lines(text: str, style: Style, width: float) -> list[str]:
    """The lines of a paragraph: punctuation never begins a line, brackets never end one."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        lines += _break(paragraph, style, width, lead=style.first)
    return lines


def _break(text: str, style: Style, width: float, lead: float) -> list[str]:
    lines, current, room = [], "", width - style.left - lead
    for piece in _pieces(text, style, width - style.left):
        if current and _wide(current + piece, style) > room:
            if piece[0] in _NOT_FIRST and len(current) > 1:
                current, carried = current[:-1], current[-1]
                piece = carried + piece  # noqa: PLW2901 - the mark takes its character along
            while len(current) > 1 and current[-1] in _NOT_LAST:
                current, piece = current[:-1], current[-1] + piece  # noqa: PLW2901
            lines.append(current.rstrip())
            current, room = "", width - style.left
        current += piece if current or not piece.isspace() else ""
    lines.append(current)
    return lines


def _pieces(text: str, style: Style, width: float) -> list[str]:
    """Characters, and runs of Latin letters that keep together while they fit on a line."""
    pieces: list[str] = []
    for match in _PIECE.finditer(text):
        piece = match.group()
        if len(piece) > 1 and _wide(piece, style) > width:
            pieces += list(piece)
        else:
            pieces.append(piece)
    return pieces


def _wide(text: str, style: Style) -> float:
    return float(stringWidth(text, style.font, style.size))


def draw_paragraph(
    canvas: Canvas, text: str, style: Style, x: float, y: float, width: float
) -> float:
    """Draw from the baseline ``y`` downwards; the baseline after the last line is returned."""
    for paragraph in text.splitlines() or [""]:
        lines = _break(paragraph, style, width, lead=style.first)
        for number, line in enumerate(lines):
            indent = style.left + (style.first if number == 0 else 0)
            last = number == len(lines) - 1
            _draw_line(canvas, line, style, x + indent, y, 0 if last else width - indent)
            y -= style.leading
    return y


def _draw_line(canvas: Canvas, line: str, style: Style, x: float, y: float, full: float) -> None:
    """One line; ``full`` > 0 spreads it to that width."""
    spare = full - _wide(line, style) if full else 0
    between = spare / (len(line) - 1) if len(line) > 1 and 0 < spare < style.size * 3 else 0
    text = canvas.beginText(x, y)
    text.setFont(style.font, style.size)
    text.setCharSpace(between)
    text.textOut(line)
    text.setCharSpace(0)
    canvas.drawText(text)


def draw_centred(
    canvas: Canvas, text: str, style: Style, x: float, y: float, gap: float = 0
) -> None:
    """One line around x, its characters ``gap`` points apart."""
    width = _wide(text, style) + gap * (len(text) - 1)
    out = canvas.beginText(x - width / 2, y)
    out.setFont(style.font, style.size)
    out.setCharSpace(gap)
    out.textOut(text)
    out.setCharSpace(0)
    canvas.drawText(out)
