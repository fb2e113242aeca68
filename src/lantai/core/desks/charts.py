"""Charts 图表: plain bars, as an ECharts option for a page and as a PNG for a paper."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from lantai.core.ofd.fonts import system_fonts
from lantai.core.pdf_fonts import FETCHED

WIDTH, STEP = 1200, 78  # dots; a bar and the room around it
LEFT, RIGHT = 470, 1030
INK, PAPER, BAR, MARK = "#2b241a", "#ffffff", "#a8362a", "#c9bfae"


def bar_option(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]]
) -> dict[str, Any]:
    """Bars side by side, one set a series."""
    return {
        "xAxis": {"type": "category", "data": list(labels), "axisLabel": {"interval": 0, "width": 90, "hideOverlap": True,
                                                                        "overflow": "truncate"}},
        "yAxis": {"type": "value"},
        "legend": {"show": len(series) > 1},
        "series": [{"type": "bar", "name": name, "data": list(values)} for name, values in series],
    }  # fmt: skip


def bar_picture(labels: Sequence[str], values: Sequence[float], full: Sequence[float]) -> bytes:
    """A PNG of lying bars: what was reached of what could be reached; as high as it has bars."""
    rows = list(zip(labels, values, full, strict=True))[:20]
    image = Image.new("RGB", (WIDTH, 40 + STEP * max(1, len(rows))), PAPER)
    pen, face = ImageDraw.Draw(image), _face(28)
    for number, (label, value, most) in enumerate(rows):
        top, bottom = 20 + number * STEP + STEP * 0.22, 20 + number * STEP + STEP * 0.78
        pen.text((20, (top + bottom) / 2), _fitted(label, face), font=face, fill=INK, anchor="lm")
        pen.rectangle((LEFT, top, RIGHT, bottom), outline=MARK, fill="#f4efe6")
        part = max(0.0, min(1.0, value / most)) if most else 0.0
        if part:
            pen.rectangle((LEFT, top, LEFT + (RIGHT - LEFT) * part, bottom), fill=BAR)
        told = f"{value:g}/{most:g}"
        pen.text((RIGHT + 14, (top + bottom) / 2), told, font=face, fill=INK, anchor="lm")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _fitted(label: str, face: Any) -> str:
    """The label, cut with a mark when it is longer than its room."""
    if face.getlength(label) <= LEFT - 40:
        return label
    while label and face.getlength(label + "…") > LEFT - 40:
        label = label[:-1]
    return label + "…"


def _face(size: int) -> Any:
    for path, index in [(FETCHED / "NotoSansSC-Regular.ttf", 0), *system_fonts("黑体")]:
        if Path(path).is_file():
            return ImageFont.truetype(str(path), size, index=index)
    return ImageFont.load_default(size)
