"""Spreadsheets 电子表格: xlsx, xls, ods, et; every sheet with headings is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from lantai.core.formats.sandbox import ParseFailed, run_isolated
from lantai.core.formats.sheets import walk_sheets
from lantai.core.tables.table import MOST_COLUMNS, Row, Table, TableUnreadable

_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")


class Sheet(Table):
    """All sheets of a workbook, one after the other; each has its own headings."""

    id = "xlsx"
    suffixes = (".xlsx", ".xlsm", ".xls", ".ods", ".et")

    def rows(self) -> Iterator[Row]:
        """Rows by heading, numbered through the sheets."""
        from python_calamine import CalamineError, CalamineWorkbook  # only for spreadsheets

        number = 0
        self._prove()
        try:
            with CalamineWorkbook.from_path(str(self.path)) as book:
                sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
                self.size = sum(sheet.total_height for sheet in sheets)
                for sheet in sheets:
                    headings: list[str] = []
                    for cells in sheet.iter_rows():
                        self.done += 1
                        if not any(str(c).strip() for c in cells):
                            continue
                        if not headings:
                            headings = [_text(c).strip() for c in cells[:MOST_COLUMNS]]
                            continue
                        number += 1
                        pairs = zip(headings, cells, strict=False)
                        yield Row(number, {h: _text(c) for h, c in pairs if h})
        except (CalamineError, OSError, ValueError) as fault:
            raise TableUnreadable(
                "电子表格打不开或已损坏", f"unreadable workbook: {fault}"
            ) from fault

    def _prove(self) -> None:
        """Whether a binary workbook can be read at all, found out where it can do no harm."""
        try:
            with self.path.open("rb") as stream:
                binary = stream.read(8) == _COMPOUND
            if binary:
                run_isolated(walk_sheets, str(self.path), seconds=600.0, memory=3 << 30)
        except (ParseFailed, OSError) as fault:
            raise TableUnreadable(
                "电子表格打不开或已损坏", f"unreadable workbook: {fault}"
            ) from fault


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.strftime("%Y%m%d") if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.strftime("%Y%m%d")
    return str(cell)
