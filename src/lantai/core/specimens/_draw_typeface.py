"""Cut the bundled typeface 字库 from a Noto CJK collection (a maker's tool, needs fontTools).

``python -m lantai.core.specimens._draw_typeface NotoSerifCJK-Regular.ttc`` writes
``fonts/lantai-song.ttf``: outlines turned quadratic, so that reportlab can embed them, and only
the characters of GB/T 2312 level 1, of the world's texts, and the common marks.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE / "fonts" / "lantai-song.ttf"
FACE = 2  # the simplified Chinese face of the collection


def characters() -> str:
    """Every character the bundled typeface must draw."""
    wanted = {chr(code) for code in range(0x20, 0x7F)} | set(
        "　、。〈〉《》「」『』【】〔〕—…‘’“”·×℃①②③④⑤★☆°±"
    )
    wanted |= {chr(code) for code in range(0xFF01, 0xFF5F)}
    for high in range(0xB0, 0xD8):
        wanted |= set(
            bytes(b for low in range(0xA1, 0xFF) for b in (high, low)).decode("gb2312", "ignore")
        )
    for path in (HERE / "world").rglob("*.toml"):
        wanted |= set(path.read_text("utf-8"))
    return "".join(sorted(char for char in wanted if char.isprintable() or char == "\u3000"))


def main(source: str) -> None:
    """Write the subset of the collection at ``source``."""
    from fontTools import subset
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont, newTable

    font = TTFont(source, fontNumber=FACE, lazy=True, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features, options.hinting, options.notdef_outline = [], False, True
    options.drop_tables += ["VORG", "vhea", "vmtx", "BASE", "GSUB", "GPOS", "DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters())
    cutter.subset(font)
    order, shapes, outlines = font.getGlyphOrder(), font.getGlyphSet(), {}
    for name in order:
        pen = TTGlyphPen(None)
        shapes[name].draw(Cu2QuPen(pen, 2.5, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, outlines
    del font["CFF "]
    profile = font["maxp"]
    profile.tableVersion, profile.maxZones = 0x00010000, 1
    for field in (
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
        "maxComponentElements",
        "maxPoints",
        "maxContours",
        "maxCompositePoints",
        "maxCompositeContours",
        "maxComponentDepth",
    ):
        setattr(profile, field, 0)
    font["post"].formatType, font.sfntVersion = 3.0, "\0\1\0\0"
    TARGET.parent.mkdir(exist_ok=True)
    font.save(TARGET)


if __name__ == "__main__":
    main(sys.argv[1])
