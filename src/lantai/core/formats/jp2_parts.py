"""The parts of a JPEG 2000 图像 walked by their lengths (ISO/IEC 15444-1 annexes A and I).

Nothing is decoded and no list is kept, so that what comes after knows how large the picture says
it is and how many parts its reader would have to hold.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lantai.core.bounded import MeasuredFile

#: Boxes, marker segments and tile-parts together; its judge needs a time that grows by the square.
MOST_PARTS = 20_000
#: Colours of a palette (I.5.3.4).
MOST_COLOURS = 1_024
_DEEPEST = 8
_SUPERBOXES = frozenset({b"jp2h", b"res ", b"uinf", b"asoc", b"jpch", b"jplh"})
_SIZ, _SOT, _SOD, _EOC = 0xFF51, 0xFF90, 0xFF93, 0xFFD9


class _Enough(Exception):
    """More parts than are counted."""


@dataclass
class Jp2Parts:
    """What a JP2 or a bare codestream states: the larger of header and codestream, in dots."""

    width: int = 0
    height: int = 0
    components: int = 0
    colours: int = 0
    parts: int = 0

    def count(self) -> None:
        """One part more."""
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise _Enough

    def state(self, width: int, height: int, components: int) -> None:
        """A size that is stated somewhere; the largest stands."""
        self.width, self.height = max(self.width, width), max(self.height, height)
        self.components = max(self.components, components)


def parts_of(path: Path) -> Jp2Parts:
    """Walk the file; what does not add up ends the walk without a word: others judge that."""
    found = Jp2Parts()
    with MeasuredFile(path) as stream:
        end = stream.seek(0, 2)
        try:
            if _at(stream, 0, 2) == b"\xff\x4f":
                _codestream(stream, 0, end, found)
            else:
                _boxes(stream, 0, end, found, 0)
        except (_Enough, struct.error):
            pass
    return found


def _at(stream: BinaryIO, place: int, size: int) -> bytes:
    stream.seek(place)
    return stream.read(size)


def _boxes(stream: BinaryIO, start: int, end: int, found: Jp2Parts, depth: int) -> None:
    while start + 8 <= end and depth <= _DEEPEST:
        found.count()
        length, kind = struct.unpack(">I4s", _at(stream, start, 8))
        head = 8
        if length == 1:
            length, head = struct.unpack(">Q", stream.read(8))[0], 16
        stop = end if length == 0 else start + length
        if stop < start + head or stop > end:
            return
        _box(stream, kind, start + head, stop, found, depth)
        start = stop


def _box(stream: BinaryIO, kind: bytes, start: int, end: int, found: Jp2Parts, depth: int) -> None:
    if kind in _SUPERBOXES:
        _boxes(stream, start, end, found, depth + 1)
    elif kind == b"ihdr":
        height, width, components = struct.unpack(">IIH", _at(stream, start, 10))
        found.state(width, height, components)
    elif kind == b"pclr":
        found.colours = max(found.colours, *struct.unpack(">H", _at(stream, start, 2)))
    elif kind == b"jp2c":
        _codestream(stream, start, end, found)


def _codestream(stream: BinaryIO, start: int, end: int, found: Jp2Parts) -> None:
    """The main header, then every tile-part by the length it states (Psot)."""
    place = _segments(stream, start + 2, end, found)
    while place + 12 <= end:
        marker, length = struct.unpack(">H4xI", _at(stream, place, 10))
        if marker != _SOT:
            return
        stop = end if length == 0 else place + length
        if stop < place + 14 or stop > end:
            return
        found.count()
        _segments(stream, place + 12, stop, found)
        place = stop


def _segments(stream: BinaryIO, place: int, end: int, found: Jp2Parts) -> int:
    """Marker segments up to the next tile-part (or the data of this one); where they end."""
    while place + 4 <= end:
        marker, length = struct.unpack(">HH", _at(stream, place, 4))
        if marker in (_SOT, _SOD, _EOC):
            return place
        found.count()
        if length < 2:
            return end
        if marker == _SIZ:
            across, down, left, top = struct.unpack(">4I", _at(stream, place + 6, 16))
            (components,) = struct.unpack(">H", _at(stream, place + 38, 2))
            found.state(max(across - left, 0), max(down - top, 0), components)
        place += 2 + length
    return place
