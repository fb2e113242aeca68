"""Fonts for printed papers 打印字体: a Chinese face that a PDF can carry inside it, found or made.

The TrueType files fetched with the web parts come first, then the system's. A system that has
only outlines of the other kind (CFF, as most Linux packages) serves too: the characters that are
used are taken out of it and turned into TrueType.
"""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache
from pathlib import Path

from fontTools import subset
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont as FontFile
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from lantai.core.ofd.fonts import system_fonts

FETCHED = Path(__file__).parents[1] / "web" / "static" / "vendor" / "fonts"
_FILES = {
    "serif": ("NotoSerifSC-Regular.ttf", "宋体"),
    "serif-bold": ("NotoSerifSC-Bold.ttf", "宋体"),
    "sans": ("NotoSansSC-Regular.ttf", "黑体"),
}
_TOLERANCE = 1.0  # of a thousandth of the em: how far a turned outline may stray


class NoChineseFont(Exception):
    """Neither the fetched parts nor the system have a Chinese font."""


def chinese_font(style: str, characters: str) -> str:
    """The name under which reportlab knows a face of the style that has these characters.

    ``style``: serif, serif-bold or sans. `NoChineseFont` says what to install.
    """
    fetched = FETCHED / _FILES[style][0]
    if fetched.is_file():
        return _registered(f"Lantai-{style}", str(fetched), 0)
    for path, index in system_fonts(_FILES[style][1]):
        if _has_truetype(str(path), index):
            return _registered(f"Lantai-{style}", str(path), index)
    for path, index in system_fonts(_FILES[style][1]):
        wanted = "".join(sorted(set(characters)))
        return _turned(style, str(path), index, wanted)
    raise NoChineseFont(
        "没有可嵌入的中文字体：请运行 make setup 取得字体，或安装 fonts-noto-cjk / "
        "no Chinese font: run `make setup`, or install fonts-noto-cjk"
    )


@lru_cache(maxsize=16)
def _registered(name: str, path: str, index: int) -> str:
    pdfmetrics.registerFont(TTFont(name, path, subfontIndex=index))
    return name


@lru_cache(maxsize=16)
def _has_truetype(path: str, index: int) -> bool:
    with FontFile(path, fontNumber=index, lazy=True) as font:
        return "glyf" in font


@lru_cache(maxsize=32)
def _turned(style: str, path: str, index: int, characters: str) -> str:
    """Register a TrueType font made of the characters of a CFF one."""
    options = subset.Options(layout_features=[], notdef_outline=True, hinting=False)
    font = FontFile(path, fontNumber=index, lazy=True)
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters + " □")
    cutter.subset(font)
    order, shapes = font.getGlyphOrder(), font.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        shapes[name].draw(Cu2QuPen(pen, _TOLERANCE, reverse_direction=True))
        glyphs[name] = pen.glyph()
    builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(font.getBestCmap())
    builder.setupGlyf(glyphs)
    widths = font["hmtx"]
    builder.setupHorizontalMetrics({name: widths[name] for name in order})
    builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    label = hashlib.sha256(characters.encode()).hexdigest()[:10]
    builder.setupNameTable({"familyName": f"Lantai {style}", "styleName": label,
                            "psName": f"Lantai{style.replace('-', '')}{label}"})  # fmt: skip
    builder.setupOS2(sTypoAscender=font["hhea"].ascent, sTypoDescender=font["hhea"].descent)
    builder.setupPost()
    out = io.BytesIO()
    builder.save(out)
    out.seek(0)
    name = f"Lantai-{style}-{label}"
    pdfmetrics.registerFont(TTFont(name, out))
    return name
