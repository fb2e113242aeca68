"""Pages drawn from text, as a scanner would see them: layout, seal, skew and specks."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy
from PIL import Image, ImageChops, ImageDraw

from lantai.core.ofd.pages import WordBox

if TYPE_CHECKING:
    from lantai.core.specimens.makers.maker import Fonts
    from lantai.core.specimens.records import Specimen

WIDE, HIGH = 1240, 1754  # A4 at 150 dots an inch
DPI = 150
LETTER, LEADING, LEFT, TOP = 34, 60, 150, 190
PER_LINE, PER_PAGE = (WIDE - 2 * LEFT) // LETTER, (HIGH - 2 * TOP) // LEADING
MOST_PAGES = 3
RED, INK = (196, 30, 38), (38, 34, 40)


@dataclass
class DrawnPage:
    """A page and where its lines stand, in pixels."""

    image: Image.Image
    words: list[WordBox]


def wrap(text: str, width: int = PER_LINE, indent: bool = True) -> list[str]:
    """Lines of at most so many characters; closing marks do not begin a line."""
    lines = []
    for paragraph in text.split("\n"):
        rest = paragraph if len(paragraph) < 18 or not indent else "　　" + paragraph.lstrip("　")
        while len(rest) > width:
            cut = width + (rest[width] in "，。；：、）》”")
            lines.append(rest[:cut])
            rest = rest[cut:]
        lines.append(rest)
    return lines


def page_texts(record: Specimen) -> list[list[str]]:
    """The record's lines by page: a heading on the first, at most three pages."""
    head = ["", *wrap(record.title, 22, indent=False), record.values.get("doc_no", ""), ""]
    lines = head + wrap(record.body)
    return [lines[i : i + PER_PAGE] for i in range(0, len(lines), PER_PAGE)][:MOST_PAGES]


_LATEST: dict[tuple[str, str, Path], list[DrawnPage]] = {}


def draw_pages(record: Specimen, fonts: Fonts, mode: str = "L") -> list[DrawnPage]:
    """The record's pages as scans; the last drawn are kept, for its next maker asks again."""
    key = (record.id, mode, fonts.path)
    if key not in _LATEST:
        _LATEST.clear()
        _LATEST[key] = _draw(record, fonts, mode)
    return _LATEST[key]


def _draw(record: Specimen, fonts: Fonts, mode: str) -> list[DrawnPage]:
    """The old county government wrote in columns, all others in lines."""
    chance = random.Random(record.seed)  # noqa: S311 – a play, not a secret
    if record.values["fonds"] == "L001":
        return [_vertical(record, fonts, mode, chance)]
    texts = page_texts(record)
    pages = []
    for number, lines in enumerate(texts):
        page = _horizontal(record, lines, number, fonts, mode)
        if number == len(texts) - 1 and record.values["record_class"] in ("WS", "ZY"):
            foot = TOP + min(len(lines), PER_PAGE - 2) * LEADING
            stamp(
                page.image,
                record.values["creator"].split("；")[0],
                (880, max(260, foot - 60)),
                fonts,
            )
        pages.append(DrawnPage(_scanned(page.image, chance), page.words))
    return pages


def _horizontal(
    record: Specimen, lines: list[str], number: int, fonts: Fonts, mode: str
) -> DrawnPage:
    image = Image.new(mode, (WIDE, HIGH), 255 if mode == "L" else (247, 242, 228))
    draw, face = ImageDraw.Draw(image), fonts.size(LETTER)
    ink = 40 if mode == "L" else INK
    words, heading = [], number == 0
    for row, line in enumerate(lines):
        if not line.strip():
            heading = heading and row < 2
            continue
        y = TOP + row * LEADING
        x = (WIDE - len(line) * LETTER) // 2 if heading and row < 5 else LEFT
        draw.text((x, y), line, fill=ink, font=face)
        words.append(WordBox(line, x, y, len(line) * LETTER, LETTER + 6))
    draw.text((WIDE // 2 - 20, HIGH - 110), f"— {number + 1} —", fill=ink, font=fonts.size(24))
    if number == 0:
        _filing_stamp(draw, record, fonts, 90 if mode == "L" else RED)
    return DrawnPage(image, words)


def _filing_stamp(draw: ImageDraw.ImageDraw, record: Specimen, fonts: Fonts, ink: object) -> None:
    """归档章: two rows of three cells (DA/T 22-2015)."""
    values = record.values
    cells = [
        values["fonds"],
        values["year"],
        values.get("item_no") or values["volume_no"],
        values.get("organ", ""),
        values["retention"],
        values.get("pages", "1"),
    ]
    for index, text in enumerate(cells):
        x, y = 760 + index % 3 * 120, 50 + index // 3 * 46
        draw.rectangle((x, y, x + 120, y + 46), outline=ink, width=2)  # type: ignore[arg-type]
        draw.text((x + 14, y + 8), text, fill=ink, font=fonts.size(26))  # type: ignore[arg-type]


def _vertical(record: Specimen, fonts: Fonts, mode: str, chance: random.Random) -> DrawnPage:
    image = Image.new(mode, (WIDE, HIGH), 236 if mode == "L" else (236, 222, 190))
    draw, face = ImageDraw.Draw(image), fonts.size(36)
    rule, ink = (170, 30) if mode == "L" else ((196, 120, 110), (30, 26, 28))
    step, rows = 54, 36
    for x in range(90, WIDE - 60, step):
        draw.line((x, 120, x, HIGH - 120), fill=rule, width=1)
    draw.rectangle((86, 116, WIDE - 64, HIGH - 118), outline=rule, width=3)
    words, column = [], WIDE - 60 - step
    for paragraph in record.body.split("\n"):
        for start in range(0, len(paragraph), rows):
            if column < 90:
                break
            part = paragraph[start : start + rows]
            for row, char in enumerate(part):
                draw.text(
                    (column + 9 + chance.randint(-1, 1), 132 + row * 40), char, fill=ink, font=face
                )
            words.append(WordBox(part, column, 132, step, len(part) * 40))
            column -= step
    _square_seal(draw, (max(110, column - 40), HIGH - 480), fonts, 90 if mode == "L" else RED)
    return DrawnPage(_scanned(image, chance), words)


def _square_seal(draw: ImageDraw.ImageDraw, at: tuple[int, int], fonts: Fonts, ink: object) -> None:
    x, y = at
    draw.rectangle((x, y, x + 190, y + 190), outline=ink, width=9)  # type: ignore[arg-type]
    for index, char in enumerate("雲溪縣政府印"):
        place = (x + 120 - index // 3 * 84, y + 16 + index % 3 * 54)
        draw.text(place, char, fill=ink, font=fonts.size(52))  # type: ignore[arg-type]


@cache
def _seal(name: str, path: str, diameter: int = 280) -> Image.Image:
    """The round seal of a body as ink density: ring, star, name on an arc."""
    from PIL import ImageFont

    image = Image.new("L", (diameter, diameter), 0)
    draw, centre, ring = ImageDraw.Draw(image), diameter / 2, diameter / 2 - 8
    draw.ellipse((8, 8, diameter - 8, diameter - 8), outline=230, width=7)
    points = [
        (
            centre + 46 * (1 if n % 2 == 0 else 0.39) * math.sin(n * math.pi / 5),
            centre - 46 * (1 if n % 2 == 0 else 0.39) * math.cos(n * math.pi / 5),
        )
        for n in range(10)
    ]
    draw.polygon(points, fill=230)
    face = ImageFont.truetype(path, 36)
    spread = min(4.3, 0.42 * len(name))
    for index, char in enumerate(name):
        angle = -spread / 2 + spread * (index + 0.5) / len(name)
        tile = Image.new("L", (52, 52), 0)
        ImageDraw.Draw(tile).text((8, 2), char, fill=230, font=face)
        tile = tile.rotate(-math.degrees(angle), resample=Image.Resampling.BILINEAR)
        x, y = centre + (ring - 34) * math.sin(angle), centre - (ring - 34) * math.cos(angle)
        image.paste(
            ImageChops.lighter(
                tile, image.crop((int(x) - 26, int(y) - 26, int(x) + 26, int(y) + 26))
            ),
            (int(x) - 26, int(y) - 26),
        )
    return image


def stamp(image: Image.Image, name: str, at: tuple[int, int], fonts: Fonts) -> None:
    """Press the body's round seal on the page."""
    mark = _seal(name[:16], str(fonts.path))
    image.paste(110 if image.mode == "L" else RED, (at[0], at[1]), mark)


@cache
def _specks(seed: int) -> Image.Image:
    noise = numpy.random.default_rng(seed).normal(0, 5, (HIGH, WIDE))
    return Image.fromarray((128 + noise).clip(96, 160).astype("uint8"))


def _scanned(image: Image.Image, chance: random.Random) -> Image.Image:
    turned = _sheared(image, chance.uniform(-9, 9))
    specks = _specks(chance.randrange(3))
    if turned.mode != "L":
        specks = Image.merge("RGB", (specks,) * 3)
    return ImageChops.add(turned, specks, offset=-128)


def _sheared(image: Image.Image, pixels: float) -> Image.Image:
    """A small skew, made by moving strips by one pixel each: rotation, but ten times as fast."""
    steps = int(abs(pixels))
    turned = image.copy()
    for step in range(1, steps + 1):
        left, right = WIDE * (step - 1) // steps, WIDE * step // steps
        strip = image.crop((left, 0, right, HIGH))
        turned.paste(strip, (left, step if pixels > 0 else -step))
    return turned
