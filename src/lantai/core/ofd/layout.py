"""Breaking paragraphs into lines and pages 排版: widths of Chinese and Latin, no-start marks.

Lengths in millimetres; a full-width character is one size wide, a half-width one half.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

#: Marks that may not begin a line (避头) and that may not end one (避尾).
_NO_START = set("，。、；：？！）》〉」』】〕”’…—·,.;:?!)]}%")
_NO_END = set("（《〈「『【〔“‘([{")


def advance(character: str, size: float) -> float:
    """Width of one character at this size."""
    if unicodedata.combining(character):
        return 0.0
    return size if unicodedata.east_asian_width(character) in "WFA" else size / 2


def text_width(text: str, size: float) -> float:
    """Width of a text on one line."""
    return sum(advance(c, size) for c in text)


def _tokens(text: str) -> Iterator[str]:
    word = ""
    for character in text:
        if character.isascii() and not character.isspace():
            word += character
            continue
        if word:
            yield word
            word = ""
        yield character
    if word:
        yield word


def break_lines(paragraph: str, width: float, size: float) -> list[str]:
    """Lines of a paragraph no wider than ``width`` (a hanging mark may exceed it by one)."""
    lines: list[str] = []
    line, used = "", 0.0
    for token in _tokens(paragraph.replace("\t", "    ")):
        for piece in _pieces(token, width, size):
            wide = text_width(piece, size)
            if line and used + wide > width + 1e-6 and piece[0] not in _NO_START:
                keep = line[-1] if line[-1] in _NO_END and len(line) > 1 else ""
                lines.append(line[: len(line) - len(keep)])
                line, used = keep, text_width(keep, size)
                if piece.isspace():
                    continue
            line += piece
            used += wide
    lines.append(line)
    return lines


def _pieces(token: str, width: float, size: float) -> Iterable[str]:
    most = max(1, int(width / (size / 2)))
    if len(token) <= most:
        return (token,)
    return (token[i : i + most] for i in range(0, len(token), most))
