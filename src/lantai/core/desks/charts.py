"""Charts 图表: plain bars, as an ECharts option for a page and as a PNG for a paper."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from lantai.core.ofd.fonts import system_fonts
from lantai.core.pdf_fonts import FETCHED

WIDTH, HEIGHT = 1200, 720
INK, PAPER, BAR, MARK = "#2b241a", "#ffffff", "#a8362a", "#c9bfae"


def bar_option(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]]
) -> dict[str, Any]:
    """Bars side by side, one set a series."""
    return {
        "xAxis": {"type": "category", "data": list(labels), "axisLabel": {"interval": 0, "width": 90,
                                                                        "overflow": "truncate"}},
        "yAxis": {"type": "value"},
        "legend": {"show": len(series) > 1},
        "series": [{"type": "bar", "name": name, "data": list(values)} for name, values in series],
    }  # fmt: skip


def bar_picture(labels: Sequence[str], values: Sequence[float], full: Sequence[float]) -> bytes:
    """A PNG of lying bars: what was reached of what could be reached."""
    rows = list(zip(labels, values, full, strict=True))[:20]
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen, face = ImageDraw.Draw(image), _face(26)
    step = (HEIGHT - 40) / max(1, len(rows))
    for number, (label, value, most) in enumerate(rows):
        top, bottom = 20 + number * step + step * 0.2, 20 + number * step + step * 0.8
        pen.text((20, (top + bottom) / 2), label[:14], font=face, fill=INK, anchor="lm")
        pen.rectangle((400, top, 1080, bottom), outline=MARK, fill="#f4efe6")
        part = max(0.0, min(1.0, value / most)) if most else 0.0
        pen.rectangle((400, top, 400 + 680 * part, bottom), fill=BAR)
        pen.text(
            (1092, (top + bottom) / 2), f"{value:g}/{most:g}", font=face, fill=INK, anchor="lm"
        )
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _face(size: int) -> Any:
    for path, index in [(FETCHED / "NotoSansSC-Regular.ttf", 0), *system_fonts("黑体")]:
        if Path(path).is_file():
            return ImageFont.truetype(str(path), size, index=index)
    return ImageFont.load_default(size)
