"""Office files to OFD 办公文件转 OFD: as they print, page by page, with their words beneath sight."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lantai.core.formats.conversions.office_to_pdfa import SHEETS, OfficeToPdfA
from lantai.core.formats.conversions.pdf_to_ofd import PdfToOfd
from lantai.core.formats.migration import Migration, Proof, cells_proof, text_proof, texts_of
from lantai.core.ofd.document import OfdDocument

LEAST_TEXT = 0.93  # headers and fields may be written otherwise


class OfficeToOfd(Migration):
    """For bodies that keep OFD (GB/T 33190); the editable original stays beside."""

    id = "office-to-ofd"
    label_zh = "办公文件转双层 OFD"
    label_en = "Office files to double-layer OFD"
    sources = OfficeToPdfA.sources
    target = "OFD"
    extension = "ofd"
    puids = PdfToOfd.puids
    order = 20

    def missing(self) -> str:
        """LibreOffice."""
        return OfficeToPdfA().missing()

    def convert(self, source: Path, kind: str, target: Path) -> None:
        """Print as PDF, then lay each page and its words into the OFD."""
        with tempfile.TemporaryDirectory() as folder:
            printed = Path(folder) / f"{source.stem}.pdf"
            OfficeToPdfA().convert(source, kind, printed)
            PdfToOfd().convert(printed, "pdf", target)

    def prove(self, source: Path, kind: str, target: Path) -> list[Proof]:
        """The text came through, on pages that are drawn."""
        measure = cells_proof if kind in SHEETS else text_proof
        with OfdDocument.open(target) as made:
            pages = len(made.pages)
        return [
            measure(texts_of(source, kind), texts_of(target, "ofd"), LEAST_TEXT),
            Proof("页数 pages", "–", str(pages), pages > 0),
        ]
