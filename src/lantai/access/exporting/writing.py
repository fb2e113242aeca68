"""Writing catalogues 写出目录: the forms in which a catalogue is taken away, a row at a time.

What is written here `lantai import` reads again as it was: the same headings, all other elements
as one JSON object in a column of their own, and no cell that a spreadsheet would run.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lantai.access.exporting.queries import FIXED, REST, TEXT
from lantai.core.description.element import dictionary
from lantai.core.tables.dbase_writing import write_dbase
from lantai.core.tables.writing import MIME, safe_text, xlsx_blocks
from lantai.core.text import strip_controls

HEADINGS = {
    "source_id": "原编号", "access_status": "利用状态", REST: "其他著录项", TEXT: "全文",
}  # fmt: skip
_EAD = (  # column, element of the did or of the component
    ("title", "unittitle"), ("reference_code", "unitid"), ("date", "unitdate"),
    ("creator", "origination"), ("abstract", "abstract"), ("keywords", "controlaccess"),
    ("notes", "odd"),
)  # fmt: skip
_BESIDE_DID = ("controlaccess", "odd")
_EAD_LEVELS = {"class": "series", "file": "file", "item": "item"}
_EAD_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<ead xmlns="urn:isbn:1-931666-22-9"><eadheader>'
    "<eadid>lantai</eadid><filedesc><titlestmt><titleproper>目录</titleproper></titlestmt>"
    '</filedesc></eadheader><archdesc level="collection"><did><unittitle>目录</unittitle></did><dsc>\n'
)


def headings() -> list[str]:
    """Chinese names of the columns, by which `lantai import` knows them again."""
    return [HEADINGS.get(name) or dictionary()[name].label_zh for name in (*FIXED, REST)]


def cells_of(row: dict[str, Any]) -> list[str]:
    """A row as cells under `headings`; the full text, where it was asked for, stands last."""
    rest = json.dumps(row[REST], ensure_ascii=False) if row[REST] else ""
    cells = [*(str(row[name]) for name in FIXED), rest]
    return [*cells, row[TEXT]] if TEXT in row else cells


def _separated(rows: Iterable[dict[str, Any]], delimiter: str) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"  # the mark by which spreadsheets here know UTF-8
    for number, (heads, cells) in enumerate(_under_headings(rows)):
        if not number:
            yield _line(heads, delimiter)
        if cells:
            yield _line([safe_text(cell) for cell in cells], delimiter)


def _under_headings(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[list[str], list[str]]]:
    """(headings, cells) of every row; once without cells when there is no row."""
    heads: list[str] = []
    for row in rows:
        heads = heads or [*headings(), *([HEADINGS[TEXT]] if TEXT in row else [])]
        yield heads, cells_of(row)
    if not heads:
        yield headings(), []


def as_csv(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Parted by commas."""
    return _separated(rows, ",")


def as_tsv(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Parted by tabs."""
    return _separated(rows, "\t")


def as_lines(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """JSON Lines, values as they are."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def as_xml(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """An element a record, a ``field`` with its name for each value."""
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<records>\n'
    for row in rows:
        named = zip((*headings(), HEADINGS[TEXT]), cells_of(row), strict=False)
        fields = [
            f"<field name={quoteattr(name)}>{_marked_up(value)}</field>"
            for name, value in named
            if value
        ]
        yield f"<record>{''.join(fields)}</record>\n".encode("utf-8", "replace")
    yield b"</records>\n"


def as_ead(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """An EAD 2002 finding aid with the elements that EAD has a place for."""
    yield _EAD_HEAD.encode()
    for row in rows:
        given = {**row[REST], **{name: row[name] for name in FIXED}}
        parts = [
            (tag, f"<{tag}>{_wrapped(tag, _marked_up(line))}</{tag}>")
            for name, tag in _EAD
            for line in str(given.get(name, "")).splitlines()
        ]
        did = "".join(text for tag, text in parts if tag not in _BESIDE_DID)
        beside = "".join(text for tag, text in parts if tag in _BESIDE_DID)
        level = _EAD_LEVELS.get(str(row["level"]), "item")
        source = f" id={quoteattr(_plain(str(row['source_id'])))}" if row["source_id"] else ""
        component = f'<c level="{level}"{source}><did>{did}</did>{beside}</c>\n'
        yield component.encode("utf-8", "replace")
    yield b"</dsc></archdesc></ead>\n"


def _wrapped(tag: str, text: str) -> str:
    if tag == "controlaccess":
        return f"<subject>{text}</subject>"
    return f"<p>{text}</p>" if tag == "odd" else text


def _marked_up(text: str) -> str:
    return escape(_plain(text))


def _plain(text: str) -> str:
    """Without the signs that XML forbids."""
    return strip_controls(text)


def write_sheet(rows: Iterable[dict[str, Any]], path: Path) -> int:
    """An xlsx workbook; returns how many rows. A cell holds 32,000 characters at most."""
    counted = 0
    heads, table = _headed(rows)

    def counting() -> Iterator[list[str]]:
        nonlocal counted
        for cells in table:
            counted += 1
            yield cells

    with path.open("wb") as stream:
        stream.writelines(xlsx_blocks("目录", heads, counting()))
    return counted


def write_old_table(rows: Iterable[dict[str, Any]], path: Path) -> int:
    """A .dbf, with its memo file beside it if a text is long; returns how many rows."""
    return write_dbase(path, *_headed(rows))


def _headed(rows: Iterable[dict[str, Any]]) -> tuple[list[str], Iterator[list[str]]]:
    """(headings, the cells of every row)."""
    pairs = _under_headings(rows)
    heads, first = next(pairs)
    return heads, chain([first] if first else [], (cells for _heads, cells in pairs))


def _line(cells: list[str], delimiter: str) -> bytes:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter).writerow(cells)
    return line.getvalue().encode("utf-8", "replace")


STREAMED: dict[str, tuple[Callable[[Iterable[dict[str, Any]]], Iterator[bytes]], str]] = {
    "csv": (as_csv, MIME["csv"]),
    "tsv": (as_tsv, "text/tab-separated-values; charset=utf-8"),
    "jsonl": (as_lines, "application/x-ndjson"),
    "xml": (as_xml, "application/xml"),
    "ead": (as_ead, "application/xml"),
}
FILES: dict[str, tuple[Callable[[Iterable[dict[str, Any]], Path], int], str]] = {
    "xlsx": (write_sheet, MIME["xlsx"]),
    "dbf": (write_old_table, "application/vnd.dbf"),
}
