"""PPT (PowerPoint 97-2003 in OLE2) 旧版演示文稿: text atoms of [MS-PPT] in stream order."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.formats.compound_file import ole_properties, open_ole, stream_bytes
from lantai.core.formats.format import Format, PageText, damaged

_CHARS, _BYTES, _CSTRING = 0x0FA0, 0x0FA8, 0x0FBA


class Ppt(Format):
    """PowerPoint 97-2003 (and WPS 演示)."""

    id = "ppt"
    label_zh, label_en = "PowerPoint 演示文稿（PPT）", "PowerPoint presentation (PPT)"
    puids = ("fmt/125", "fmt/126", "fmt/181", "fmt/179", "fmt/180", "x-fmt/88")
    mimes = ("application/vnd.ms-powerpoint",)
    extensions = ("ppt", "pps", "dps")
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """One page: the text atoms of the document, repeated ones once."""
        with open_ole(path) as ole:
            if not ole.exists("PowerPoint Document"):
                raise damaged("PowerPoint Document")
            data = stream_bytes(ole, "PowerPoint Document")
        lines = dict.fromkeys(text for text in _atoms(data) if text.strip())
        yield PageText(1, "\n".join(lines))

    def characterise(self, path: Path) -> dict[str, Any]:
        """The OLE summary."""
        return ole_properties(path)


def _atoms(data: bytes) -> Iterator[str]:
    position = 0
    while position + 8 <= len(data):
        head, kind, size = struct.unpack_from("<HHI", data, position)
        position += 8
        if head & 0x0F == 0x0F:
            continue  # a container: its children follow
        body = data[position : position + size]
        if kind in (_CHARS, _CSTRING):
            yield body.decode("utf-16-le", "replace").replace("\r", "\n").replace("\x0b", "\n")
        elif kind == _BYTES:
            yield body.decode("latin-1").replace("\r", "\n").replace("\x0b", "\n")
        position += size
