"""TIFF 图像: tags, compression and pages by tifffile, decoding by Pillow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lantai.core.bounded import MeasuredFile
from lantai.core.formats.format import Format, Problem, Unreadable, damaged, problem_of
from lantai.core.formats.picture_parts import MOST_FRAMES
from lantai.core.formats.pictures import decode_whole, image_properties


class Tiff(Format):
    """TIFF and BigTIFF, many pages."""

    id = "tiff"
    label_zh, label_en = "TIFF 图像", "TIFF image"
    puids = ("fmt/353", "fmt/152", "fmt/153", "fmt/154", "fmt/155", "fmt/156", "x-fmt/387",
             "x-fmt/388", "x-fmt/399")  # fmt: skip
    mimes = ("image/tiff",)
    extensions = ("tif", "tiff")

    def characterise(self, path: Path) -> dict[str, Any]:
        """Pages, size, bits, compression, resolution (dpi), photometric."""
        import tifffile

        try:
            with MeasuredFile(path) as stream, tifffile.TiffFile(stream) as tiff:
                pages = tiff.pages
                first: Any = pages[0]
                found = {
                    "pages": min(len(pages), MOST_FRAMES),
                    "width": int(first.imagewidth),
                    "height": int(first.imagelength),
                    "bits_per_sample": int(first.bitspersample),
                    "samples_per_pixel": int(first.samplesperpixel),
                    "compression": _name(first.compression),
                    "photometric": _name(first.photometric),
                    "bigtiff": bool(tiff.is_bigtiff),
                }
        except (tifffile.TiffFileError, OSError, ValueError, IndexError, KeyError) as fault:
            raise damaged(fault) from fault
        except (TypeError, AttributeError, OverflowError, ZeroDivisionError) as fault:
            raise damaged(fault) from fault
        try:
            picture = image_properties(path)
        except Unreadable:
            return found
        return {**found, **{k: v for k, v in picture.items() if k in ("dpi", "exif", "mode")}}

    def verify(self, path: Path) -> list[Problem]:
        """Tags parse and the first page decodes."""
        try:
            self.characterise(path)
            decode_whole(path)
        except Unreadable as fault:
            return [problem_of(fault)]
        return []


def _name(value: Any) -> str:
    return str(getattr(value, "name", value))
