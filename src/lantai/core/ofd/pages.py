"""What is given to the OFD writer 待写内容: text pages, scans, metadata, attachments (mm)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

A4 = (210.0, 297.0)
DEFAULT_FONT = "宋体"


class OfdNotWritten(Exception):
    """What was given cannot be written as an OFD."""


@dataclass(frozen=True)
class PlacedText:
    """One line of text at a place: ``x`` left, ``y`` baseline, ``size`` in mm."""

    text: str
    x: float
    y: float
    size: float = 5.0
    font: str = DEFAULT_FONT
    bold: bool = False
    colour: tuple[int, int, int] = (0, 0, 0)
    width: float | None = None


@dataclass(frozen=True)
class WordBox:
    """Recognised text with its box on a scan, in image pixels (left, top, width, height)."""

    text: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class TextPage:
    """A page of text: plain lines laid from the top, or texts placed one by one.

    A str line longer than the page is wide is broken; what runs past the foot is not cut:
    use `lay_out` to spread paragraphs over pages.
    """

    lines: Sequence[str | PlacedText] = ()
    size: tuple[float, float] = A4
    font: str = DEFAULT_FONT
    font_size: float = 4.94
    leading: float = 9.0
    margins: tuple[float, float, float, float] = (37.0, 26.0, 35.0, 28.0)


@dataclass(frozen=True)
class ImagePage:
    """A scanned page: the image over the whole page, its text beneath sight (Alpha 0).

    Without ``size`` the page is as large as the pixels at ``dpi``.
    """

    image: bytes | Path
    words: Sequence[WordBox] = ()
    size: tuple[float, float] | None = None
    dpi: float = 300.0


@dataclass(frozen=True)
class OfdMetadata:
    """DocInfo 文档元数据; ``custom`` becomes CustomDatas (names by DA/T 46 or DA/T 54)."""

    title: str = ""
    author: str = ""
    subject: str = ""
    abstract: str = ""
    keywords: Sequence[str] = ()
    created: datetime.date | None = None
    creator: str = "Lantai 兰台"
    creator_version: str = "1"
    document_id: str = ""
    custom: Mapping[str, str] = field(default_factory=dict)
    doc_type: str = "OFD"


@dataclass(frozen=True)
class OfdAttachment:
    """A file kept inside; ``format`` is its extension."""

    name: str
    data: bytes | Path
    format: str = ""
