"""Office files to PDF/A-2b 办公文件转 PDF/A by LibreOffice."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from lantai.core.formats.conversions.pdf_to_pdfa import PDFA_2B, conformance_proof
from lantai.core.formats.migration import Migration, Proof, cells_proof, text_proof, texts_of
from lantai.core.formats.soffice import soffice_convert, soffice_path

LEAST_TEXT = 0.95  # headers and fields may be written otherwise
_SHEETS = frozenset({"xls", "xlsx"})
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
        options = {"SelectPdfVersion": {"type": "long", "value": "2"}}
        if kind in _SHEETS:  # a cell must not be cut by the edge of a page
            options["SinglePageSheets"] = {"type": "boolean", "value": "true"}
        export = f"pdf:{_FILTERS.get(kind, 'writer')}_pdf_Export:{json.dumps(options)}"
        with tempfile.TemporaryDirectory() as folder:
            made = soffice_convert(source, export, Path(folder))
            target.write_bytes(made.read_bytes())

    def prove(self, source: Path, kind: str, target: Path) -> list[Proof]:
        """The text came through, and the copy is what it says it is."""
        measure = cells_proof if kind in _SHEETS else text_proof
        texts = measure(texts_of(source, kind), texts_of(target, "pdf"), LEAST_TEXT)
        return [texts, conformance_proof(target)]
