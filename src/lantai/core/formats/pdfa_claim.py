"""What a PDF claims of PDF/A PDF/A 声明: part and level in its XMP (ISO 19005-1 §6.7.11).

A claim is no proof: whether the file keeps the standard is not judged here.
"""

from __future__ import annotations

import re
from pathlib import Path

from lantai.core.bounded import read_at_most

PUIDS = {
    "1a": "fmt/95",
    "1b": "fmt/354",
    "2a": "fmt/476",
    "2b": "fmt/477",
    "2u": "fmt/478",
    "3a": "fmt/479",
    "3b": "fmt/480",
    "3u": "fmt/481",
    "4": "fmt/1910",
    "4e": "fmt/1911",
    "4f": "fmt/1912",
}
"""Part and level → PRONOM id."""

_MOST = 32 << 20
_PART = re.compile(r"pdfaid:part\s*(?:=\s*[\"']|>)\s*(\d)")
_LEVEL = re.compile(r"pdfaid:conformance\s*(?:=\s*[\"']|>)\s*([A-Za-z])")
_ENCODINGS = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


def claim_in(xmp: bytes) -> str:
    """The claim in an XMP packet, ``1b``, ``3u``, ``4`` …; empty when there is none."""
    if b"pdfaid" in xmp:
        return _claim(xmp.decode("utf-8", "replace"))
    for encoding in _ENCODINGS:
        at = xmp.find("pdfaid".encode(encoding))
        if at < 0:
            continue
        unit = len("a".encode(encoding))
        found = _claim(xmp[at % unit :].decode(encoding, "replace"))
        if found:
            return found
    return ""


def _claim(text: str) -> str:
    part, level = _PART.search(text), _LEVEL.search(text)
    if part is None:
        return ""
    return part.group(1) + (level.group(1).lower() if level else "")


def claimed_puid(path: Path) -> str:
    """The PRONOM id of the PDF/A a file claims in an XMP packet that is not compressed."""
    try:
        data = read_at_most(path, _MOST)
    except OSError:
        return ""
    return PUIDS.get(claim_in(data), "")
