"""Folding of Chinese text 文字归一: one character in, one character out, so that places agree.

`fold` joins full and half width (NFKC where it is 1:1), upper and lower case, and
traditional, variant and simplified forms by a character table (`character_table.tsv`, made
once from the OpenCC dictionaries by `_make_character_table`). Phrase conversion is never
used: it changes personal names. Search, checks and comparison fold both sides with it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("character_table.tsv")


def _read_table() -> dict[int, int]:
    simplified: dict[int, int] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            target, sources = line.split("\t")
            for source in sources:
                simplified[ord(source)] = ord(target)
    return simplified


_SIMPLIFIED = _read_table()
# For showing: Han characters only (brackets stay), and 乾 of 乾隆 is not 干.
_SHOWN = {k: v for k, v in _SIMPLIFIED.items() if k >= 0x2E80 and chr(k) not in "乾〔〕【】・"}


class _Fold(dict[int, int]):
    """The translation table of `fold`, filled as characters are met."""

    def __missing__(self, code: int) -> int:
        folded = code
        for _ in range(4):  # NFKC, case and table feed each other; it settles in two rounds
            step = _SIMPLIFIED.get(_lower(_compatible(folded)), None)
            step = _lower(_compatible(folded)) if step is None else step
            if step == folded:
                break
            folded = step
        self[code] = folded
        return folded


def _compatible(code: int) -> int:
    form = unicodedata.normalize("NFKC", chr(code))
    return ord(form) if len(form) == 1 else code


def _lower(code: int) -> int:
    form = chr(code).lower()
    return ord(form) if len(form) == 1 else code


_FOLD = _Fold()
_KEPT_CONTROLS = {"\t", "\n", "\r"}
# Ranges of Han characters: Unicode blocks URO, extension A, compatibility, planes 2 and 3, 〇.
_HAN = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF), (0x3007, 0x3007))


def fold(text: str) -> str:
    """The text as it is compared: same length, width, case and variant forms made equal."""
    return text.translate(_FOLD)


def to_simplified(text: str) -> str:
    """Traditional and variant characters to simplified, each by itself; all else untouched."""
    return text.translate(_SHOWN)


def bigrams(folded: str) -> list[str]:
    """Overlapping pairs of characters; a single character gives itself, nothing gives nothing."""
    if len(folded) < 2:
        return [folded] if folded else []
    return [folded[i : i + 2] for i in range(len(folded) - 1)]


def is_cjk(character: str) -> bool:
    """Whether the one character is Han (〇 included)."""
    code = ord(character)
    return any(first <= code <= last for first, last in _HAN)


def strip_controls(text: str) -> str:
    """Without control, direction-changing and zero-width characters, and lone surrogates.

    Tab, line feed and carriage return stay. Such characters make two names look alike.
    """
    if text.isprintable():  # no control, format character or surrogate is printable
        return text
    return _controls().sub("", text)


@cache
def _controls() -> re.Pattern[str]:
    """One class of all such characters: a long text is cleaned at the speed of a search."""
    codes = (
        code
        for code in (*range(0x20000), *range(0xE0000, 0xE0200))  # the planes that have any
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs") and chr(code) not in _KEPT_CONTROLS
    )
    return re.compile("[" + "".join(f"\\U{code:08x}" for code in codes) + "]")
