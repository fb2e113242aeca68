"""Scans and their text as pages of a double-layer OFD 双层 OFD: the image above, the text unseen.

The text of a page has no places of its own here: its lines are spread over the page from the top,
so that it is found and copied line by line. Words with places are given as `ImagePage` directly.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from lantai.core.formats.picture_parts import frames_of
from lantai.core.formats.pictures import judge_size, open_image
from lantai.core.ofd.pages import ImagePage, OfdNotWritten, WordBox

DEFAULT_DPI = 300.0
_CARRIED = {"JPEG", "PNG"}
_MARGIN = 0.06  # of the page, left free around the unseen lines


def scan_pages(scans: Sequence[Path], texts: Sequence[str]) -> Iterator[ImagePage]:
    """One page a picture, every picture of a TIFF; ``texts`` in the same order, missing ones empty.

    Raises `OfdNotWritten` when there is more text than pages, `Unreadable` for a bad picture.
    """
    number = 0
    for path in scans:
        for data, size, dpi in _pictures(path):
            text = texts[number] if number < len(texts) else ""
            yield ImagePage(data, list(_lines(text, size)), dpi=dpi)
            number += 1
    if any(text.strip() for text in texts[number:]):
        raise OfdNotWritten(f"文字有 {len(texts)} 页，图像只有 {number} 页 more text than scans")


def _pictures(path: Path) -> Iterator[tuple[bytes, tuple[int, int], float]]:
    """Each picture of a file as bytes an OFD carries, its size in dots, its resolution."""
    with open_image(path) as image:
        count = frames_of(image, path) if image.format == "TIFF" else 1
        dpi = _resolution(image)
        if image.format in _CARRIED:
            yield path.read_bytes(), image.size, dpi
            return
        for number in range(count):
            image.seek(number)
            judge_size(image)
            stream = io.BytesIO()
            plain = image if image.mode in ("1", "L", "RGB") else image.convert("RGB")
            plain.save(stream, "PNG")
            yield stream.getvalue(), image.size, dpi


def _resolution(image: Image.Image) -> float:
    """Dots an inch as the file states them; 300 where it states none that can be."""
    stated = image.info.get("dpi", (0, 0))
    found = float(stated[0]) if stated and stated[0] else 0.0
    return found if 50 <= found <= 2_400 else DEFAULT_DPI


def _lines(text: str, size: tuple[int, int]) -> Iterator[WordBox]:
    """The lines of a page's text, one beneath the other within its margins."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return
    across, down = size[0] * (1 - 2 * _MARGIN), size[1] * (1 - 2 * _MARGIN)
    step = min(down / len(lines), size[1] / 30)
    longest = max(len(line) for line in lines)
    for number, line in enumerate(lines):
        top = size[1] * _MARGIN + number * step
        yield WordBox(line, size[0] * _MARGIN, top, across * len(line) / longest, step * 0.8)
