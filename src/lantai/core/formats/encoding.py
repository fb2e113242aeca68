"""Which encoding 字符编码 a text is in: BOM, UTF-8, UTF-16, HZ, GB18030 or Big5, by its bytes."""

from __future__ import annotations

import codecs

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_SAMPLE = 262_144


def detect_encoding(data: bytes) -> str:
    """The Python codec name for these bytes; ``latin-1`` when nothing else can be."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    sample = data[:_SAMPLE]
    if b"~{" in sample and sample.isascii():
        return "hz"
    if _decodes(sample, "utf-8"):
        return "utf-8"
    guess = _utf16(sample)
    if guess:
        return guess
    candidates = [n for n in ("gb18030", "big5hkscs") if _decodes(sample, n)]
    if len(candidates) == 2:
        return max(candidates, key=lambda name: _commonness(sample, name))
    return candidates[0] if candidates else _lenient(sample)


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """The text and the encoding used: the declared one when it fits, else the detected one."""
    if declared:
        wider = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}
        name = wider.get(declared.lower(), declared)
        try:
            return data.decode(name), name
        except (LookupError, UnicodeError):
            pass
    name = detect_encoding(data)
    return data.decode(name, "replace").lstrip("\ufeff"), name


def _decodes(data: bytes, name: str) -> bool:
    try:
        codecs.getincrementaldecoder(name)("strict").decode(data, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _utf16(data: bytes) -> str:
    if len(data) < 4 or data.count(0) <= len(data) // 20:
        return ""
    for name in ("utf-16-le", "utf-16-be"):
        text = data[: len(data) // 2 * 2].decode(name, "replace")
        readable = sum(c.isprintable() or c.isspace() for c in text)
        if readable > 0.97 * len(text) and "\ufffd" not in text[:-1]:
            return name
    return ""


def _commonness(data: bytes, name: str) -> float:
    """Share of characters in the encoding's first level, where nearly all running text lies."""
    lead = (0xB0, 0xD7) if name == "gb18030" else (0xA4, 0xC6)
    marks = (0xA1, 0xA3)
    common, total, index = 0.0, 0, 0
    while index < len(data) - 1:
        first, second = data[index], data[index + 1]
        if first < 0x80:
            index += 1
            continue
        four = name == "gb18030" and 0x30 <= second <= 0x39
        total += 1
        in_row = second >= 0xA1 if name == "gb18030" else True
        if lead[0] <= first <= lead[1] and in_row:
            common += 1
        elif marks[0] <= first <= marks[1] and in_row:
            common += 0.9
        index += 4 if four else 2
    return common / total if total else 0.0


def _lenient(data: bytes) -> str:
    """The encoding with fewest broken places, for text with damage."""
    losses = {
        name: data.decode(name, "replace").count("\ufffd")
        for name in ("utf-8", "gb18030", "big5hkscs")
    }
    best = min(losses, key=lambda n: losses[n])
    high = sum(byte > 0x7F for byte in data)
    return best if losses[best] * 10 < max(high, 1) else "latin-1"
