"""Blocks 文书内容: what a paper is made of, from a filled template or from labels and tables.

In a template ``# `` begins a heading, ``- `` a list item, ``> `` a signature, ``|`` a table row
with cells between bars; an empty line parts paragraphs. {name} is replaced once: what a person wrote is never a
template again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MOST_ROWS = 5_000
_NAME = re.compile(r"\{(\w+)\}")
_ADDRESS = 60  # a line that ends with a colon and is shorter names who is addressed
_WIDE = 72  # a column is never given more room than this many half-width characters ask for


@dataclass(frozen=True)
class Block:
    """A piece of a paper.

    ``kind``: kicker, title, heading, address (to whom it goes), paragraph, item, facts (rows of label and value), table
    (rows of cells, the first their headings), picture (PNG; the text is its caption), signed (set to the right), note.
    """

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = field(default=())
    picture: bytes = b""


@dataclass(frozen=True)
class PrintTable:
    """A table of a sheet: its caption, headings and rows of text."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def blocks_of(title: str, template: str, values: Mapping[str, str]) -> list[Block]:
    """The filled template as blocks; a value of several lines stays several lines."""
    blocks = [Block("title", title)]
    rows: list[tuple[str, ...]] = []
    for line in template.strip().splitlines():
        filled = _NAME.sub(lambda match: values.get(match[1], ""), line.rstrip())
        if line.startswith("|"):
            cells = [
                _NAME.sub(lambda m: values.get(m[1], ""), c) for c in line.strip("| ").split("|")
            ]
            rows.append(tuple(cell.strip() for cell in cells))
            continue
        if rows:
            blocks.append(Block("table", rows=tuple(rows)))
            rows = []
        if line.startswith("# "):
            blocks.append(Block("heading", filled[2:]))
        elif line.startswith("- "):
            blocks.append(Block("item", filled[2:]))
        elif line.startswith("> "):
            blocks.append(Block("signed", filled[2:]))
        elif filled.strip():
            to_whom = filled.endswith(("：", ":")) and len(filled) < _ADDRESS
            blocks.append(Block("address" if to_whom else "paragraph", filled))
    if rows:
        blocks.append(Block("table", rows=tuple(rows)))
    return blocks


def sheet(
    title: str, kicker: str = "", facts: Sequence[tuple[str, str]] = (),
    tables: Sequence[PrintTable] = (), foot: Sequence[str] = (),
) -> list[Block]:  # fmt: skip
    """A paper of labels and tables: the line above the title, the facts, tables, the foot."""
    blocks = [Block("kicker", kicker)] if kicker else []
    blocks.append(Block("title", title))
    if facts:
        blocks.append(Block("facts", rows=tuple((label, str(value)) for label, value in facts)))
    for table in tables:
        if table.title:
            blocks.append(Block("heading", table.title))
        rows = [tuple(map(str, row)) for row in (table.heads, *table.rows[:MOST_ROWS])]
        blocks.append(Block("table", rows=tuple(rows)))
    return [*blocks, *(Block("note", line) for line in foot)]


def title_of(blocks: Sequence[Block]) -> str:
    """The paper's title."""
    return next((block.text for block in blocks if block.kind == "title"), "")


def shares(rows: Sequence[Sequence[str]]) -> list[float]:
    """How much of the width each column gets, from what stands in it; together 1."""
    count = max(len(row) for row in rows)
    wanted = [6.0] * count
    for row in rows[:200]:
        for place, cell in enumerate(row):
            longest = max((_half_widths(line) for line in cell.split("\n")), default=0)
            wanted[place] = max(wanted[place], min(longest + 2, _WIDE))
    return [part / sum(wanted) for part in wanted]


def _half_widths(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
