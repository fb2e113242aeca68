"""Raster images 图像: JPEG, PNG, GIF, BMP, WebP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lantai.core.formats.format import Format, Problem, Unreadable, problem_of
from lantai.core.formats.pictures import decode_whole, image_properties


class _Picture(Format):
    """An image that Pillow decodes."""

    def characterise(self, path: Path) -> dict[str, Any]:
        """Size, colour, resolution, EXIF."""
        return image_properties(path)

    def verify(self, path: Path) -> list[Problem]:
        """Decodes to the last pixel."""
        try:
            decode_whole(path)
        except Unreadable as fault:
            return [problem_of(fault)]
        return []


class Jpeg(_Picture):
    """JPEG, JFIF and EXIF."""

    id = "jpeg"
    label_zh, label_en = "JPEG 图像", "JPEG image"
    mimes = ("image/jpeg",)
    extensions = ("jpg", "jpeg")


class Png(_Picture):
    """Portable Network Graphics."""

    id = "png"
    label_zh, label_en = "PNG 图像", "PNG image"
    mimes = ("image/png",)
    extensions = ("png",)


class Gif(_Picture):
    """Graphics Interchange Format."""

    id = "gif"
    label_zh, label_en = "GIF 图像", "GIF image"
    mimes = ("image/gif",)
    extensions = ("gif",)


class Bmp(_Picture):
    """Windows bitmap."""

    id = "bmp"
    label_zh, label_en = "BMP 位图", "BMP bitmap"
    mimes = ("image/bmp",)
    extensions = ("bmp",)


class Webp(_Picture):
    """WebP."""

    id = "webp"
    label_zh, label_en = "WebP 图像", "WebP image"
    mimes = ("image/webp",)
    extensions = ("webp",)
