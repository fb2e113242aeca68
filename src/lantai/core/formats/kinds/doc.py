"""DOC (Word 97-2003 in OLE2) 旧版文字处理文件: text through the piece table.

[MS-DOC] 2.4.1: the FIB names the table stream and the Clx; the Clx's PlcPcd lists pieces,
each either 8-bit (cp1252) or UTF-16.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.formats.compound_file import ole_properties, open_ole, stream_bytes
from lantai.core.formats.format import Format, PageText, Unreadable, damaged, encrypted
from lantai.core.formats.soffice import soffice_text

_FIELD_BEGIN, _FIELD_SEP, _FIELD_END = "\x13", "\x14", "\x15"


class Doc(Format):
    """Word 97-2003 (and WPS 文字); older ones need LibreOffice."""

    id = "doc"
    label_zh, label_en = "Word 文档（DOC）", "Word document (DOC)"
    puids = ("fmt/39", "fmt/40", "fmt/38", "fmt/37", "fmt/609", "fmt/754", "x-fmt/45",
             "x-fmt/64", "x-fmt/65", "x-fmt/273", "x-fmt/274", "x-fmt/275",
             "x-fmt/276")  # fmt: skip
    mimes = ("application/msword",)
    extensions = ("doc", "dot", "wps")
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """Pages by hard page breaks."""
        try:
            text = _word97(path)
        except Unreadable as fault:
            if fault.code == "encrypted":
                raise
            text = soffice_text(path, fault)
        for number, page in enumerate(text.split("\x0c"), 1):
            yield PageText(number, page.strip("\n"))

    def characterise(self, path: Path) -> dict[str, Any]:
        """The OLE summary; for what precedes OLE2, only that it does."""
        with path.open("rb") as stream:
            if stream.read(4) != b"\xd0\xcf\x11\xe0":
                return {"pre_ole": True}
        return ole_properties(path)


def _word97(path: Path) -> str:
    with path.open("rb") as stream:
        if stream.read(4) != b"\xd0\xcf\x11\xe0":
            raise Unreadable("needs-tool", "早期 Word 版本，需要 LibreOffice", "needs LibreOffice")
    with open_ole(path) as ole:
        if not ole.exists("WordDocument"):
            raise damaged("WordDocument")
        main = stream_bytes(ole, "WordDocument")
        try:
            magic, version = struct.unpack_from("<HH", main, 0)
            flags = struct.unpack_from("<H", main, 0x0A)[0]
            if flags & 0x0100:
                raise encrypted()
            if magic != 0xA5EC or version < 0xC1:
                raise Unreadable("needs-tool", "早期 Word 版本", "an early version of Word")
            table = stream_bytes(ole, "1Table" if flags & 0x0200 else "0Table")
            start, size = struct.unpack_from("<II", main, 0x01A2)
            return _clean("".join(_pieces(main, table[start : start + size])))
        except struct.error as fault:
            raise damaged(fault) from fault


def _pieces(main: bytes, clx: bytes) -> Iterator[str]:
    position = 0
    while position < len(clx) and clx[position] == 1:
        position += 3 + struct.unpack_from("<H", clx, position + 1)[0]
    if position >= len(clx) or clx[position] != 2:
        raise damaged("Clx")
    size = struct.unpack_from("<I", clx, position + 1)[0]
    plc = clx[position + 5 : position + 5 + size]
    count = (len(plc) - 4) // 12
    places = struct.unpack_from(f"<{count + 1}I", plc, 0)
    for index in range(count):
        where = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * index + 2)[0]
        length = places[index + 1] - places[index]
        if where & 0x40000000:
            begin = (where & 0x3FFFFFFF) // 2
            yield main[begin : begin + length].decode("cp1252", "replace")
        else:
            yield main[where : where + 2 * length].decode("utf-16-le", "replace")


def _clean(text: str) -> str:
    """Field codes dropped, cell and paragraph marks made tabs and line ends."""
    kept: list[str] = []
    hidden: list[bool] = []
    for character in text:
        if character == _FIELD_BEGIN:
            hidden.append(True)
        elif character == _FIELD_SEP and hidden:
            hidden[-1] = False
        elif character == _FIELD_END and hidden:
            hidden.pop()
        elif not any(hidden):
            kept.append(
                {"\r": "\n", "\x07": "\t", "\x0b": "\n", "\x1e": "-"}.get(character, character)
            )
    return "".join(c for c in kept if c >= " " or c in "\n\t\x0c")
