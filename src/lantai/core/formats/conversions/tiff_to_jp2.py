"""TIFF to JPEG 2000 无损压缩: the same dots in about half the bytes."""

from __future__ import annotations

from pathlib import Path

from lantai.core.formats.conversions.image_to_tiff import pixels_proof
from lantai.core.formats.format import Unreadable
from lantai.core.formats.migration import Migration, Proof
from lantai.core.formats.picture_parts import frames_of
from lantai.core.formats.pictures import open_image

_MODES = {"L", "RGB", "RGBA", "LA"}


class TiffToJp2(Migration):
    """One page, grey or colour, reversible wavelet (ISO/IEC 15444-1)."""

    id = "tiff-to-jp2"
    label_zh = "TIFF 转无损 JPEG 2000"
    label_en = "TIFF to lossless JPEG 2000"
    sources = frozenset({"tiff"})
    target = "JPEG 2000"
    extension = "jp2"
    puids = frozenset({"x-fmt/392"})
    order = 40

    def convert(self, source: Path, kind: str, target: Path) -> None:
        """The reversible transform."""
        with open_image(source) as image:
            if frames_of(image, source) > 1 or image.mode not in _MODES:
                raise Unreadable(
                    "not-for-this",
                    "多页或此色彩的 TIFF 不转 JPEG 2000，可转 PDF/A 或 OFD",
                    "a TIFF of several pages or of these colours is not for JPEG 2000",
                )
            image.save(target, "JPEG2000", irreversible=False)

    def prove(self, source: Path, kind: str, target: Path) -> list[Proof]:
        """Every dot."""
        return [pixels_proof(source, target)]
