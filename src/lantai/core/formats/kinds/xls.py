"""XLS (BIFF in OLE2) 旧版电子表格."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.formats.compound_file import ole_properties
from lantai.core.formats.format import Format, PageText, Unreadable, damaged
from lantai.core.formats.sheets import sheet_names, sheet_texts


class Xls(Format):
    """Excel 2 to 2003; calamine reads BIFF5-8, xlrd the older ones."""

    id = "xls"
    label_zh, label_en = "Excel 表格（XLS）", "Excel workbook (XLS)"
    puids = ("fmt/55", "fmt/56", "fmt/57", "fmt/59", "fmt/60", "fmt/61", "fmt/62", "fmt/175",
             "fmt/176", "fmt/177", "fmt/178")  # fmt: skip
    mimes = ("application/vnd.ms-excel",)
    extensions = ("xls", "xlt", "et")
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """One page a sheet."""
        try:
            yield from sheet_texts(path)
        except Unreadable as fault:
            if fault.code == "encrypted":
                raise
            yield from _old_texts(path)

    def characterise(self, path: Path) -> dict[str, Any]:
        """Sheets and the OLE summary."""
        found = ole_properties(path)
        try:
            found["sheets"] = sheet_names(path)
        except Unreadable:
            found["sheets"] = [page.text.partition("\n")[0] for page in _old_texts(path)]
        return found


def _old_texts(path: Path) -> Iterator[PageText]:
    import struct

    import xlrd

    try:
        with Path("/dev/null").open("w") as nowhere:
            book = xlrd.open_workbook(path, logfile=nowhere)
        for number, sheet in enumerate(book.sheets(), 1):
            rows = ("\t".join(str(v) for v in sheet.row_values(r)) for r in range(sheet.nrows))
            yield PageText(number, "\n".join([sheet.name, *(r.rstrip() for r in rows)]))
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError, struct.error, ValueError, OSError) as fault:
        raise damaged(fault) from fault
    except (AssertionError, IndexError, KeyError, TypeError, AttributeError) as fault:
        raise damaged(fault) from fault
