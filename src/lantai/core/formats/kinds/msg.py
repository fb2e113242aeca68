"""MSG (Outlook message, [MS-OXMSG]) 邮件: properties in OLE2 streams."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import olefile

from lantai.core.formats.compound_file import open_ole, stream_bytes
from lantai.core.formats.encoding import decode
from lantai.core.formats.format import Format, PageText, damaged
from lantai.core.formats.html_text import html_text

_PROPERTIES = {
    "subject": "0037",
    "from": "0C1A",
    "from_address": "0C1F",
    "to": "0E04",
    "cc": "0E03",
    "message_id": "1035",
}
_BODY, _HTML, _ATTACH_LONG, _ATTACH_SHORT = "1000", "1013", "3707", "3704"


class Msg(Format):
    """One Outlook message."""

    id = "msg"
    label_zh, label_en = "Outlook 邮件（MSG）", "Outlook message (MSG)"
    puids = ("x-fmt/430",)
    mimes = ("application/vnd.ms-outlook",)
    extensions = ("msg",)
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """Headers, body and names of attachments on one page."""
        with open_ole(path) as ole:
            head = _head(ole)
            body = _property(ole, "", _BODY)
            if not body.strip() and ole.exists(f"__substg1.0_{_HTML}0102"):
                body = html_text(stream_bytes(ole, f"__substg1.0_{_HTML}0102"))
            names = _attachments(ole)
        lines = [f"{name}: {value}" for name, value in head.items() if value]
        if names:
            body += "\n附件: " + "；".join(names)
        yield PageText(1, "\n".join([*lines, "", body.replace("\r\n", "\n")]).strip())

    def characterise(self, path: Path) -> dict[str, Any]:
        """Headers and attachments."""
        with open_ole(path) as ole:
            if not ole.exists("__properties_version1.0"):
                raise damaged("__properties_version1.0")
            return {**_head(ole), "attachments": [{"name": n} for n in _attachments(ole)]}


def _head(ole: olefile.OleFileIO) -> dict[str, str]:
    return {name: _property(ole, "", tag) for name, tag in _PROPERTIES.items()}


def _attachments(ole: olefile.OleFileIO) -> list[str]:
    folders = sorted({e[0] for e in ole.listdir() if e[0].startswith("__attach_version1.0")})
    return [_property(ole, f, _ATTACH_LONG) or _property(ole, f, _ATTACH_SHORT) for f in folders]


def _property(ole: olefile.OleFileIO, folder: str, tag: str) -> str:
    prefix = f"{folder}/" if folder else ""
    for kind in ("001F", "001E"):
        name = f"{prefix}__substg1.0_{tag}{kind}"
        if ole.exists(name):
            data = stream_bytes(ole, name)
            text = data.decode("utf-16-le", "replace") if kind == "001F" else decode(data)[0]
            return text.rstrip("\x00")
    return ""
