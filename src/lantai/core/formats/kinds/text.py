"""Plain text 纯文本 in UTF-8, GB18030, Big5 and others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.formats.encoding import decode
from lantai.core.formats.format import Format, PageText

MOST = 128 * 1024 * 1024


class Text(Format):
    """Text without markup; a form feed begins a page."""

    id = "text"
    label_zh, label_en = "纯文本", "plain text"
    puids = ("x-fmt/111", "x-fmt/14", "x-fmt/15", "x-fmt/16", "x-fmt/22", "x-fmt/62", "fmt/1149")
    mimes = ("text/plain", "text/markdown")
    extensions = ("txt", "text", "log", "md", "toml", "json", "yaml")
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """Pages by form feed."""
        with path.open("rb") as stream:
            text, _ = decode(stream.read(MOST))
        for number, page in enumerate(text.split("\f"), 1):
            yield PageText(number, page)

    def characterise(self, path: Path) -> dict[str, Any]:
        """Encoding, lines and characters."""
        with path.open("rb") as stream:
            text, encoding = decode(stream.read(MOST))
        return {
            "encoding": encoding,
            "lines": text.count("\n") + 1,
            "characters": len(text),
            "undecodable": text.count("\ufffd"),
        }
