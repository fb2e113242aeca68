"""Opening images 图像 with Pillow under limits: pixels, frames, decoding to the end."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageFile, UnidentifiedImageError

from lantai.core.bounded import MeasuredFile
from lantai.core.formats.format import Unreadable, damaged
from lantai.core.formats.picture_parts import frames_of, late_exif, webp_size

DECODED = ("BMP", "DIB", "GIF", "JPEG", "JPEG2000", "PNG", "TIFF", "WEBP")
"""What Pillow may take a file for; of its forty kinds some run programs or read other files."""
MOST_PIXELS = 400_000_000
MOST_SIDE = 1_000_000
MOST_BYTES = 1_700_000_000
"""What a picture may take while it is decoded: four fifths of what a worker has (`ReadLimits`)."""


@contextmanager
def open_image(path: Path) -> Iterator[Image.Image]:
    """The image, not yet decoded; `Unreadable` when no image, damaged or too large.

    What it would take decoded is known from its head alone and is judged before any decoding
    (code ``too-many-pixels``); no length stated in it is believed beyond the end of the file.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings(), MeasuredFile(path) as stream:
            warnings.simplefilter("ignore")
            webp = webp_size(stream)
            if webp is not None:
                judge_pixels(*webp, 12)
            with Image.open(stream, formats=DECODED) as image:
                judge_size(image)
                yield image
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as fault:
        raise damaged(fault) from fault
    except (TypeError, KeyError, IndexError, AttributeError, OverflowError) as fault:
        raise damaged(fault) from fault
    except (struct.error, zlib.error, ZeroDivisionError, Image.DecompressionBombError) as fault:
        raise damaged(fault) from fault


def judge_size(image: Image.Image, most: int = MOST_PIXELS) -> None:
    """`Unreadable` (``too-many-pixels``) when decoding would take more than it may."""
    judge_pixels(*image.size, _bytes_a_pixel(image), most)


def judge_pixels(width: int, height: int, bytes_a_pixel: int, most: int = MOST_PIXELS) -> None:
    """The same by a size that was read elsewhere."""
    pixels = width * height
    if pixels > most or max(width, height) > MOST_SIDE or pixels * bytes_a_pixel > MOST_BYTES:
        raise Unreadable(
            "too-many-pixels",
            f"图像像素过多（{width}×{height}），不予解码",
            f"too many pixels ({width}×{height}), not decoded",
        )


def _bytes_a_pixel(image: Image.Image) -> int:
    """What the picture and the buffers of its decoder take together."""
    mode = image.mode
    own = 1 if mode in {"1", "L", "P"} else 2 if mode.startswith("I;16") else 4
    if getattr(image, "is_animated", False):
        own += 12 if image.format in {"PNG", "GIF"} else 0
    if image.format == "JPEG2000":
        return own + 4 * len(image.getbands())
    if image.format == "WEBP":
        return own + 8
    if image.format == "JPEG" and image.info.get("progressive"):
        return own + 2 * len(image.getbands())
    return own


def image_properties(path: Path) -> dict[str, Any]:
    """Size, mode, bits, resolution (dpi), colour profile, frames, EXIF by tag name."""
    with open_image(path) as image:
        found: dict[str, Any] = {
            "format": image.format,
            "width": image.width,
            "height": image.height,
            "mode": image.mode,
            "frames": frames_of(image, path),
            "icc_profile": bool(image.info.get("icc_profile")),
        }
        dpi = image.info.get("dpi")
        if dpi:
            found["dpi"] = [round(float(value), 2) for value in dpi[:2]]
        compression = image.info.get("compression")
        if compression:
            found["compression"] = str(compression)
        exif = _exif(image, path)
        if exif:
            found["exif"] = exif
        return found


def _exif(image: Image.Image, path: Path) -> dict[str, str]:
    try:
        if image.format == "PNG":
            image.info.setdefault("exif", late_exif(path))  # else the whole picture is decoded
        exif = image.getexif()
        tags = dict(exif.items())
        tags.update(exif.get_ifd(ExifTags.IFD.Exif))
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, ZeroDivisionError):
        return {}
    found = {ExifTags.TAGS.get(k, str(k)): str(v)[:300] for k, v in list(tags.items())[:200]}
    found.update({ExifTags.GPSTAGS.get(k, str(k)): str(v)[:300] for k, v in gps.items()})
    for name in ("MakerNote", "UserComment", "ExifOffset", "GPSInfo"):
        found.pop(name, None)
    return found


def decode_whole(path: Path) -> None:
    """Decode the first frame to its last pixel; `Unreadable` when it is cut or damaged."""
    with open_image(path) as image:
        image.load()
