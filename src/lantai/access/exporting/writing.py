"""Writing tables 写表: csv, jsonl and xlsx, a row at a time; no cell becomes a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from lantai.access.exporting.queries import FIXED, REST
from lantai.core.description.element import dictionary

FORMULA = ("=", "+", "-", "@", "\t", "\r")
MOST_CELL = 32_000  # characters; a spreadsheet takes 32,767
HEADINGS = {"source_id": "原编号", "access_status": "开放状态", REST: "其他著录项"}


def headings() -> list[str]:
    """Chinese names of the columns, by which `lantai import` knows them again."""
    return [HEADINGS.get(name) or dictionary()[name].label_zh for name in (*FIXED, REST)]


def safe_cell(value: Any) -> str:
    """A value as a cell: what a spreadsheet would run as a formula is quoted (OWASP CSV)."""
    if isinstance(value, dict):
        value = "\n".join(f"{k}：{v}" for k, v in value.items())
    text = str(value)[:MOST_CELL]
    return f"'{text}" if text.startswith(FORMULA) else text


def as_csv(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """CSV in UTF-8 with a mark, as spreadsheets here open it."""
    yield b"\xef\xbb\xbf" + _line(headings())
    for row in rows:
        yield _line([safe_cell(row[name]) for name in (*FIXED, REST)])


def as_lines(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """JSON Lines, values as they are."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False).encode() + b"\n"


def write_sheet(rows: Iterable[dict[str, Any]], stream: IO[bytes]) -> int:
    """An xlsx workbook; returns how many rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("目录")
    sheet.append(headings())
    count = 0
    for row in rows:
        count += 1
        cells = []
        for name in (*FIXED, REST):
            cell = WriteOnlyCell(sheet, value=safe_cell(row[name]))
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    book.save(stream)
    return count


def _line(cells: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode("utf-8", "replace")


STREAMED: dict[str, tuple[Callable[[Iterable[dict[str, Any]]], Iterator[bytes]], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "jsonl": (as_lines, "application/x-ndjson"),
}
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = (*STREAMED, "xlsx")
