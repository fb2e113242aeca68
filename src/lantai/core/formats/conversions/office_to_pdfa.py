"""Office files to PDF/A-2b 办公文件转 PDF/A by LibreOffice."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from lantai.core.formats.conversions.pdf_to_pdfa import PDFA_2B, conformance_proof
from lantai.core.formats.migration import Migration, Proof, cells_proof, text_proof, texts_of
from lantai.core.formats.soffice import soffice_convert, soffice_path

LEAST_TEXT = 0.95  # headers and fields may be written otherwise
_LONG = 12  # characters beyond which a cell may run over its edge
_WIDEST = 90  # of a column, in digits
SHEETS = frozenset({"xls", "xlsx"})
_FILTERS = {"xls": "calc", "xlsx": "calc", "ppt": "impress", "pptx": "impress"}


class OfficeToPdfA(Migration):
    """Text, tables and slides as they print; the editable original stays beside."""

    id = "office-to-pdfa"
    label_zh = "办公文件转 PDF/A"
    label_en = "Office files to PDF/A"
    sources = frozenset({"doc", "docx", "xls", "xlsx", "ppt", "pptx", "odf", "rtf"})
    target = "PDF/A-2b"
    extension = "pdf"
    puids = PDFA_2B
    order = 10

    def missing(self) -> str:
        """LibreOffice."""
        return "" if soffice_path() else "libreoffice-writer-nogui"

    def convert(self, source: Path, kind: str, target: Path) -> None:
        """Print to PDF/A-2b."""
        options = json.dumps({"SelectPdfVersion": {"type": "long", "value": "2"}})
        export = f"pdf:{_FILTERS.get(kind, 'writer')}_pdf_Export:{options}"
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            if kind in SHEETS:
                source = _fitted(source, kind, place)
            (place / "out").mkdir()
            target.write_bytes(soffice_convert(source, export, place / "out").read_bytes())

    def prove(self, source: Path, kind: str, target: Path) -> list[Proof]:
        """The text came through, and the copy is what it says it is."""
        measure = cells_proof if kind in SHEETS else text_proof
        texts = measure(texts_of(source, kind), texts_of(target, "pdf"), LEAST_TEXT)
        return [texts, conformance_proof(target)]


def _fitted(source: Path, kind: str, place: Path) -> Path:
    """The workbook laid out to print: as wide as the page, long cells wrapped, none cut."""
    from openpyxl import load_workbook
    from openpyxl.styles import Alignment
    from openpyxl.worksheet.properties import PageSetupProperties

    if kind == "xls":
        (place / "xlsx").mkdir()
        source = soffice_convert(source, "xlsx", place / "xlsx")
    book = load_workbook(source)
    for sheet in book.worksheets:
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and len(cell.value) > _LONG:
                    column = sheet.column_dimensions[cell.column_letter]
                    column.width = max(column.width, min(2 * len(cell.value), _WIDEST))
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
                    lines = 1 + 2 * len(cell.value) // int(column.width)
                    row_now = sheet.row_dimensions[cell.row]
                    row_now.height = max(row_now.height or 0, 16.0 * lines)
    fitted = place / "fitted.xlsx"
    book.save(fitted)
    return fitted
