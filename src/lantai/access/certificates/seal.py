"""The archives' seal 印章: a round vermilion seal drawn as lines: ring, name along it, star, purpose.

It is a picture only. What makes the paper good is the signature (see engines/sign/pades.py).
"""

from __future__ import annotations

import math

from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

VERMILION = Color(0.83, 0.13, 0.11, alpha=0.86)
DIAMETER = 119  # points: 42 mm, as 国发〔1999〕25号 gives for bodies of a county «unverified»


def draw_seal(canvas: Canvas, name: str, words: str, font: str, x: float, y: float) -> None:
    """Centre at (x, y); ``name`` runs along the upper arc, ``words`` stand below the star."""
    radius = DIAMETER / 2
    canvas.saveState()
    canvas.translate(x, y)
    canvas.setStrokeColor(VERMILION)
    canvas.setFillColor(VERMILION)
    canvas.setLineWidth(3.2)
    canvas.circle(0, 0, radius - 1.6, stroke=1, fill=0)
    _star(canvas, radius * 0.27)
    _along_the_arc(canvas, name, font, radius)
    size = min(9.5, 70 / max(1, len(words)))
    canvas.setFont(font, size)
    canvas.drawCentredString(0, -radius * 0.62, words)
    canvas.restoreState()


def _star(canvas: Canvas, radius: float) -> None:
    path = canvas.beginPath()
    for n in range(10):
        angle = math.pi / 2 + n * math.pi / 5
        reach = radius if n % 2 == 0 else radius * 0.382
        point = (reach * math.cos(angle), reach * math.sin(angle))
        path.moveTo(*point) if n == 0 else path.lineTo(*point)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def _along_the_arc(canvas: Canvas, name: str, font: str, radius: float) -> None:
    """Characters stand on the ring from the left over the top to the right, heads outward."""
    size = max(8.0, min(15.0, 150 / max(1, len(name))))
    spread = math.radians(min(250, 30 * max(1, len(name) - 1)))
    for n, character in enumerate(name):
        share = n / (len(name) - 1) if len(name) > 1 else 0.5
        turn = spread / 2 - spread * share
        canvas.saveState()
        canvas.rotate(math.degrees(turn))
        canvas.setFont(font, size)
        wide = stringWidth(character, font, size)
        canvas.drawString(-wide / 2, radius - 7 - size, character)
        canvas.restoreState()
