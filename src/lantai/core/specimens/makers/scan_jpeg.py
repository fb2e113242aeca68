"""Colour scans 彩色扫描件, one JPEG a page, for papers with red seals or old ruled paper."""

from __future__ import annotations

from pathlib import Path

from lantai.core.specimens.makers._page import DPI, draw_pages
from lantai.core.specimens.makers.maker import Fonts, Maker
from lantai.core.specimens.records import Specimen


class ScanJpeg(Maker):
    """A JPEG a page: name, name-2, name-3."""

    id = "jpeg"
    suffix = ".jpg"

    def make(self, record: Specimen, path: Path, fonts: Fonts) -> list[Path]:
        """Draw in colour and save at a moderate quality."""
        made = []
        for number, page in enumerate(draw_pages(record, fonts, "RGB"), 1):
            target = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
            page.image.save(target, quality=55, dpi=(DPI, DPI))
            made.append(target)
        return made
