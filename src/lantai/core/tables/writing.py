"""Writing tables 写出表格: csv, xlsx and json lines that a spreadsheet cannot be made to run."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

RUNS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula (OWASP)
LONGEST_CELL = 32_000
LINES_AT_ONCE = 500
BLOCK = 64 * 1024
MIME = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def safe_text(value: Any) -> Any:
    """A cell of a text file as a spreadsheet may take it: text that would run is marked as text."""
    if isinstance(value, str) and value.startswith(RUNS):
        return "'" + value
    return value


def plain_text(value: Any) -> Any:
    """What `safe_text` was given: the mark of text that would run is taken off again."""
    if isinstance(value, str) and value[:1] == "'" and value[1:2] in RUNS and len(value) > 1:
        return value[1:]
    return value


def csv_blocks(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A CSV file in blocks, with the byte-order mark that Excel wants for Chinese."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow([safe_text(head) for head in heads])
    for number, row in enumerate(rows, 1):
        writer.writerow([safe_text(cell) for cell in row])
        if number % LINES_AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def xlsx_bytes(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """`xlsx_blocks` in one piece."""
    return b"".join(xlsx_blocks(title, heads, rows))


def xlsx_blocks(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A workbook of one sheet; every text is a text cell, whatever it begins with.

    It is written on the disk and given in blocks: however long, it does not fill the memory.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(ILLEGAL_CHARACTERS_RE.sub("", title)[:30].translate(_NO_SHEET_NAME))
    sheet.freeze_panes = "A2"

    def cell(value: Any) -> Any:
        if not isinstance(value, str) or not value.startswith(RUNS):
            return (
                ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL]
                if isinstance(value, str)
                else value
            )
        made = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL])
        made.data_type = "s"
        return made

    bold = []
    for head in heads:
        one = WriteOnlyCell(sheet, head)
        one.font = Font(bold=True)
        bold.append(one)
    sheet.append(bold)
    for row in rows:
        sheet.append([cell(value) for value in row])
    with tempfile.TemporaryFile() as out:
        book.save(out)
        out.seek(0)
        while block := out.read(BLOCK):
            yield block


_NO_SHEET_NAME = str.maketrans("[]:*?/\\", "（）：＊？／、")


def json_blocks(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A JSON list of objects, an object a line."""
    yield "["
    for number, row in enumerate(rows):
        body = {k: v for k, v in zip(heads, row, strict=False) if v not in ("", None)}
        yield ("\n" if number == 0 else ",\n") + json.dumps(body, ensure_ascii=False)
    yield "\n]\n"


def file_blocks(
    form: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterable[str | bytes]:
    """The file in blocks; ``form`` is csv, xlsx or json."""
    writers: dict[str, Callable[[], Iterable[str | bytes]]] = {
        "csv": lambda: csv_blocks(heads, rows),
        "xlsx": lambda: xlsx_blocks(title, heads, rows),
        "json": lambda: json_blocks(heads, rows),
    }
    return writers[form]()
