"""Multi-page bilevel scans 黑白扫描件 (TIFF, CCITT group 4), as DA/T 31 asks for plain paper."""

from __future__ import annotations

from pathlib import Path

from lantai.core.specimens.makers._page import DPI, draw_pages
from lantai.core.specimens.makers.maker import Fonts, Maker
from lantai.core.specimens.records import Specimen

_black_or_white = [255 * (tone > 150) for tone in range(256)]


class ScanTiff(Maker):
    """One TIFF of all pages."""

    id = "tiff"
    suffix = ".tif"

    def make(self, record: Specimen, path: Path, fonts: Fonts) -> list[Path]:
        """Draw, threshold, compress."""
        pages = [page.image.point(_black_or_white, "1") for page in draw_pages(record, fonts)]
        pages[0].save(
            path, compression="group4", save_all=True, append_images=pages[1:], dpi=(DPI, DPI)
        )
        return [path]
