"""RTF 富文本."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.formats.format import Format, PageText, Unreadable, damaged

MOST = 64 * 1024 * 1024


class Rtf(Format):
    """Rich Text Format with Chinese code pages."""

    id = "rtf"
    label_zh, label_en = "富文本（RTF）", "Rich Text Format"
    puids = ("fmt/45", "fmt/50", "fmt/52", "fmt/53", "fmt/355", "fmt/969", "x-fmt/195")
    mimes = ("application/rtf", "text/rtf")
    extensions = ("rtf",)
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """The text on one page."""
        from striprtf.striprtf import rtf_to_text

        source = _source(path)
        page = "gb18030" if "\\ansicpg936" in source else "cp1252"
        try:
            yield PageText(1, str(rtf_to_text(source, encoding=page, errors="replace")))
        except (LookupError, ValueError, IndexError, KeyError) as fault:
            raise damaged(fault) from fault

    def characterise(self, path: Path) -> dict[str, Any]:
        """Code page and whether it embeds objects."""
        source = _source(path)
        head = source.partition("\\ansicpg")[2][:5]
        return {
            "code_page": "".join(c for c in head if c.isdigit()),
            "objects": source.count("\\object"),
            "pictures": source.count("\\pict"),
        }


def _source(path: Path) -> str:
    with path.open("rb") as stream:
        data = stream.read(MOST + 1)
    if len(data) > MOST:
        raise Unreadable("too-large", "RTF 过大", "RTF too large")
    if not data.lstrip().startswith(b"{\\rtf"):
        raise damaged("{\\rtf")
    return data.decode("latin-1")
