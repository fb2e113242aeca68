"""Opening images 图像 with Pillow under limits: pixels, frames, decoding to the end."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from PIL import ExifTags, Image, ImageFile, UnidentifiedImageError

from lantai.core.formats.format import Unreadable, damaged

MOST_PIXELS = 400_000_000
MOST_FRAMES = 100_000


@contextmanager
def open_image(path: Path) -> Iterator[Image.Image]:
    """The image, not yet decoded; `Unreadable` when no image, damaged or too large."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise Unreadable("too-large", "图像像素过多", "too many pixels")
                yield image
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as fault:
        raise damaged(fault) from fault
    except (TypeError, KeyError, IndexError, AttributeError, OverflowError) as fault:
        raise damaged(fault) from fault


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
        exif = _exif(image)
        if exif:
            found["exif"] = exif
        return found


def frames_of(image: Image.Image, path: Path) -> int:
    """How many pictures are in it; those of a TIFF are counted here, in one walk.

    Pillow looks for each directory among all before it: of 100,000 pages that takes minutes.
    """
    if image.format != "TIFF":
        return min(int(getattr(image, "n_frames", 1)), MOST_FRAMES)
    with path.open("rb") as stream:
        return max(1, sum(1 for _ in islice(_directories(stream), MOST_FRAMES)))


def _directories(stream: BinaryIO) -> Iterator[int]:
    """Where each directory of a TIFF or BigTIFF begins; stops at what is cut or met before."""
    head = stream.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = head[2:4] in (b"+\0", b"\0+")
    count, word, entry = (order + "Q", order + "Q", 20) if big else (order + "H", order + "I", 12)
    at = struct.unpack(word, head[8:16] if big else head[4:8])[0]
    met: set[int] = set()
    while at and at not in met:
        met.add(at)
        yield at
        stream.seek(at)
        raw = stream.read(struct.calcsize(count))
        if len(raw) < struct.calcsize(count):
            return
        stream.seek(struct.unpack(count, raw)[0] * entry, 1)
        raw = stream.read(struct.calcsize(word))
        at = struct.unpack(word, raw)[0] if len(raw) == struct.calcsize(word) else 0


def _exif(image: Image.Image) -> dict[str, str]:
    try:
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
