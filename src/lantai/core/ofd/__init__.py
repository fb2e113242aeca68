"""OFD 版式文件 (GB/T 33190-2016): read, verify, draw and write fixed-layout documents."""

from lantai.core.ofd.container import OfdContainer, OfdUnreadable
from lantai.core.ofd.pages import (
    ImagePage,
    OfdAttachment,
    OfdMetadata,
    OfdNotWritten,
    PlacedText,
    TextPage,
    WordBox,
)
from lantai.core.ofd.writer import lay_out, write_ofd

__all__ = [
    "ImagePage",
    "OfdAttachment",
    "OfdContainer",
    "OfdMetadata",
    "OfdNotWritten",
    "OfdUnreadable",
    "PlacedText",
    "TextPage",
    "WordBox",
    "lay_out",
    "write_ofd",
]
