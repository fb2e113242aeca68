"""OFD 版式文件: born digital with red heading, and double layer from a scan."""

from __future__ import annotations

import io
from pathlib import Path

from lantai.core.ofd.pages import ImagePage, OfdMetadata, PlacedText, TextPage
from lantai.core.ofd.writer import lay_out, write_ofd
from lantai.core.specimens.makers._page import DPI, draw_pages
from lantai.core.specimens.makers.maker import Fonts, Maker
from lantai.core.specimens.records import Specimen

RED = (200, 20, 30)


def ofd_metadata(record: Specimen) -> OfdMetadata:
    """DocInfo of a record, with its 档号 among the custom data."""
    values = record.values
    return OfdMetadata(
        title=record.title,
        author=values["creator"],
        created=record.day,
        document_id=f"{record.seed:032x}",
        custom={
            "档号": values["reference_code"],
            "责任者": values["creator"],
            "文件编号": values.get("doc_no", ""),
        },
    )


class BornDigitalOfd(Maker):
    """Text pages laid out as an official document 公文."""

    id = "ofd"
    suffix = ".ofd"

    def make(self, record: Specimen, path: Path, fonts: Fonts) -> list[Path]:
        """Red heading, number, title, body."""
        values = record.values
        paragraphs = ["", "", "", "", *("　　" + line for line in record.body.split("\n"))]
        pages = lay_out(paragraphs)
        creator, number = values["creator"].split("；")[0], values.get("doc_no", "")
        head: list[str | PlacedText] = [
            _centred(creator + "文件" if number else creator, 38, 9, RED, bold=True),
            _centred(number, 50, 4.9),
            *(
                _centred(record.title[i : i + 24], 60 + n * 8, 6.2, bold=True)
                for n, i in enumerate(range(0, len(record.title), 24))
            ),
        ]
        first = pages[0]
        body = [
            PlacedText(
                str(line),
                first.margins[3],
                first.margins[0] + 10 + n * first.leading,
                first.font_size,
            )
            for n, line in enumerate(first.lines)
            if line
        ]
        pages[0] = TextPage([*(h for h in head if isinstance(h, PlacedText) and h.text), *body])
        write_ofd(path, pages, ofd_metadata(record))
        return [path]


def _centred(
    text: str, y: float, size: float, colour: tuple[int, int, int] = (0, 0, 0), bold: bool = False
) -> PlacedText:
    size = min(size, 170 / max(1, len(text)))
    return PlacedText(text, 105 - len(text) * size / 2, y, size, colour=colour, bold=bold)


class ScannedOfd(Maker):
    """The page image with its recognised text beneath."""

    id = "ofd-scan"
    suffix = ".ofd"

    def make(self, record: Specimen, path: Path, fonts: Fonts) -> list[Path]:
        """Grey pages as JPEG, words placed where they were drawn."""
        pages = []
        for page in draw_pages(record, fonts):
            stream = io.BytesIO()
            page.image.save(stream, "JPEG", quality=45, dpi=(DPI, DPI))
            pages.append(ImagePage(stream.getvalue(), page.words, size=(210.0, 297.0), dpi=DPI))
        write_ofd(path, pages, ofd_metadata(record))
        return [path]
