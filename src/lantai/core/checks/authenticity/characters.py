"""1-6 包含特殊字符: no control, private-use or replacement characters, none that are forbidden."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from lantai.core.checks.check import Check, Property, Remark
from lantai.core.checks.context import CheckContext

_KINDS = {"Cc": "control-character", "Co": "private-use", "Cs": "surrogate", "Cn": "unassigned"}
_ALLOWED_CONTROLS = {"\t", "\n", "\r"}
# Invisible characters that make equal texts differ or turn their direction.
_FORBIDDEN = "\u200b\u200c\u200d\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class CharactersAreClean(Check):
    """Looks at every value and at every file name; each character is told once a value."""

    id = "1-6"
    property = Property.AUTHENTICITY
    name_zh = "元数据项数据包含特殊字符情况"
    name_en = "special characters"
    clauses = ("DA/T 70-2018 1-6", "GB 18030-2022")
    needs_metadata = False

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """Values of the description."""
        forbidden = str(context.parameter("forbidden", _FORBIDDEN))
        for name, value in context.values.items() if context.has_metadata else ():
            for fault, character in _bad(value, forbidden):
                yield context.finding(
                    fault, element=context.label(name), character=f"U+{ord(character):04X}"
                )

    def examine_file(self, context: CheckContext) -> Iterator[Remark]:
        """Names of files; a line break in a name is no better than any control character."""
        forbidden = str(context.parameter("forbidden", _FORBIDDEN)) + "\t\n\r"
        name = context.file.path.rpartition("/")[2]
        for fault, character in _bad(name, forbidden):
            yield context.finding(fault, element="文件名", character=f"U+{ord(character):04X}")

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """Names that are no text at all."""
        for fault in context.faults("name-not-text"):
            yield context.finding("name-not-text", fault.path)


def _bad(text: str, forbidden: str) -> Iterator[tuple[str, str]]:
    if text.isascii() and text.isprintable():
        return
    for character in sorted(set(text)):
        if character == "\ufffd":
            yield "replacement", character
        elif character in forbidden:
            yield "forbidden", character
        elif character not in _ALLOWED_CONTROLS:
            kind = _KINDS.get(unicodedata.category(character))
            if kind:
                yield kind, character
