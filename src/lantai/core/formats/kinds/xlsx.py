"""XLSX (OOXML SpreadsheetML) 电子表格."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.core.formats.format import Format, PageText
from lantai.core.formats.office_container import open_package, refuse_hostile_xml
from lantai.core.formats.ooxml_properties import ooxml_properties
from lantai.core.formats.sheets import sheet_names, sheet_texts


class Xlsx(Format):
    """Each sheet is a page: rows on lines, cells parted by tabs."""

    id = "xlsx"
    label_zh, label_en = "Excel 表格（XLSX）", "Excel workbook (XLSX)"
    puids = ("fmt/214", "fmt/445", "fmt/595", "fmt/598", "fmt/1828")
    mimes = (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel.sheet.macroenabled.12",
        "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    )
    extensions = ("xlsx", "xlsm", "xlsb")
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """One page a sheet."""
        with open_package(path) as package:
            refuse_hostile_xml(package)
        yield from sheet_texts(path)

    def characterise(self, path: Path) -> dict[str, Any]:
        """Sheets, core properties, macros."""
        with open_package(path) as package:
            refuse_hostile_xml(package)
            found = ooxml_properties(package)
        found["sheets"] = sheet_names(path)
        return found
