"""文件格式: what a file is, whether it opens, what it says, and how long it will live."""

from lantai.core.formats.format import (
    ExtractedText,
    Format,
    PageText,
    Problem,
    ReadLimits,
    Unreadable,
    formats,
)
from lantai.core.formats.identification import Identification, identify, identify_many
from lantai.core.formats.reading import characterise, read_text, verify_file
from lantai.core.formats.risk import Risk, risk_of
from lantai.core.formats.sandbox import ParseFailed

__all__ = [
    "ExtractedText",
    "Format",
    "Identification",
    "PageText",
    "ParseFailed",
    "Problem",
    "ReadLimits",
    "Risk",
    "Unreadable",
    "characterise",
    "formats",
    "identify",
    "identify_many",
    "read_text",
    "risk_of",
    "verify_file",
]
