"""Photographs 照片: a drawn landscape with people, grey before 1980, with its EXIF."""

from __future__ import annotations

import random
from pathlib import Path

import numpy
from PIL import Image, ImageDraw, ImageFilter

from lantai.core.specimens.makers.maker import Fonts, Maker
from lantai.core.specimens.records import Specimen

SIZE = (1200, 800)
_DESCRIPTION, _WHEN, _ARTIST = 0x010E, 0x0132, 0x013B


class Photograph(Maker):
    """A JPEG with description, author and time in EXIF."""

    id = "photo"
    suffix = ".jpg"

    def make(self, record: Specimen, path: Path, fonts: Fonts) -> list[Path]:
        """Sky, hills, water, people; the caption is in the description, not on the picture."""
        chance = random.Random(record.seed)  # noqa: S311 – a play, not a secret
        image = self._scene(chance)
        if int(record.values["year"]) < 1980:
            image = image.convert("L")
        exif = Image.Exif()
        exif[_DESCRIPTION] = record.title
        exif[_ARTIST] = record.values["creator"]
        day = record.values["date"]
        exif[_WHEN] = f"{day[:4]}:{day[4:6]}:{day[6:]} 09:30:00"
        image.save(path, quality=70, exif=exif, dpi=(300, 300))
        return [path]

    def _scene(self, chance: random.Random) -> Image.Image:
        wide, high = SIZE
        column = (
            numpy.linspace(235, 150, high)[:, None, None] + numpy.array([-20, -8, 6])[None, None, :]
        )
        image = Image.fromarray(
            numpy.broadcast_to(column, (high, wide, 3)).clip(0, 255).astype("uint8").copy()
        )
        draw = ImageDraw.Draw(image)
        for layer in range(3):
            base, tone = 330 + layer * 90, 140 - layer * 34
            ridge = [
                (x, base - chance.randint(0, 130 - layer * 30)) for x in range(0, wide + 80, 80)
            ]
            draw.polygon([(0, high), *ridge, (wide, high)], fill=(tone, tone + 12, tone - 6))
        draw.polygon([(0, high), (0, 640), (wide, 590), (wide, high)], fill=(152, 142, 118))
        for _ in range(chance.randint(12, 30)):
            x, y = chance.randint(20, wide - 40), chance.randint(560, 740)
            tone = chance.randint(20, 90)
            draw.ellipse((x, y - 66, x + 20, y - 44), fill=(tone + 70, tone + 50, tone + 40))
            draw.polygon(
                [(x - 6, y), (x + 2, y - 46), (x + 18, y - 46), (x + 26, y)],
                fill=(tone, tone, tone + 12),
            )
        return image.filter(ImageFilter.SMOOTH)
