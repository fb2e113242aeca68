"""The parts of an image 图像 walked by their lengths alone, with nothing decoded."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from lantai.core.bounded import MeasuredFile

MOST_FRAMES = 100_000
MOST_EXIF = 8 << 20


def frames_of(image: Image.Image, path: Path) -> int:
    """How many pictures are in it; those of TIFF and GIF are counted here, in one walk.

    Pillow looks for each directory of a TIFF among all before it: of 100,000 pages that takes
    minutes.
    """
    walk = {"TIFF": _directories, "GIF": _gif_frames}.get(image.format or "")
    if walk is None:
        return min(int(getattr(image, "n_frames", 1)), MOST_FRAMES)
    with MeasuredFile(path) as stream:
        return max(1, sum(1 for _ in islice(walk(stream), MOST_FRAMES)))


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


def _gif_frames(stream: BinaryIO) -> Iterator[int]:
    """Where each picture of a GIF begins; stops at what is cut or no block."""
    head = stream.read(13)
    if len(head) == 13 and head[10] & 0x80:
        stream.seek(3 << ((head[10] & 7) + 1), 1)
    while (kind := stream.read(1)) in (b"!", b","):
        if kind == b",":
            yield stream.tell()
            frame = stream.read(9)
            if len(frame) == 9 and frame[8] & 0x80:
                stream.seek(3 << ((frame[8] & 7) + 1), 1)
        stream.seek(1, 1)  # the label of an extension, or the code size of a picture
        while (size := stream.read(1)) not in (b"", b"\0"):
            stream.seek(size[0], 1)


def webp_size(stream: BinaryIO) -> tuple[int, int] | None:
    """Width and height by the head of a WebP (RFC 9649); None when it is none.

    Pillow makes room for the whole canvas when it opens one.
    """
    head = stream.read(30)
    stream.seek(0)
    if len(head) < 30 or head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    if head[12:16] == b"VP8X":
        return (
            int.from_bytes(head[24:27], "little") + 1,
            int.from_bytes(head[27:30], "little") + 1,
        )
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", head[26:30])
    return width & 0x3FFF, height & 0x3FFF


def late_exif(path: Path) -> bytes:
    """The EXIF of a PNG wherever its chunk stands (PNG 3rd edition 11.3.4.6); empty when none."""
    with MeasuredFile(path) as stream:
        stream.seek(8)
        while len(head := stream.read(8)) == 8:
            length, kind = struct.unpack(">I4s", head)
            if kind == b"eXIf":
                return b"Exif\0\0" + stream.read(length) if length <= MOST_EXIF else b""
            if kind == b"IEND":
                break
            stream.seek(length + 4, 1)
    return b""
