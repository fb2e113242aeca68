"""Plain PDF to PDF/A-2b 普通 PDF 转 PDF/A by pikepdf's repair, validated as it was written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lantai.core.formats.format import Unreadable, damaged, encrypted
from lantai.core.formats.kinds.pdf import open_pdf
from lantai.core.formats.migration import Migration, Proof, text_proof, texts_of

PDFA_2B = frozenset({"fmt/477"})
_SAMPLED_PAGES = 10
_WIDTH = 600
_LEAST_ALIKE = 0.995  # of the pixels of a page, within a shade


class PdfToPdfA(Migration):
    """Metadata, colour and flags are set right; nothing visible may change."""

    id = "pdf-to-pdfa"
    label_zh = "普通 PDF 转 PDF/A"
    label_en = "Plain PDF to PDF/A"
    sources = frozenset({"pdf"})
    target = "PDF/A-2b"
    extension = "pdf"
    puids = frozenset(
        {"fmt/95", "fmt/354", "fmt/476", "fmt/477", "fmt/478", "fmt/479", "fmt/480", "fmt/481"}
    )
    order = 10

    def convert(self, source: Path, kind: str, target: Path) -> None:
        """Prepare, write, validate; what can not be made to conform is refused with the rule."""
        import pikepdf

        try:
            with pikepdf.open(source) as pdf:
                if pdf.is_encrypted:
                    raise encrypted()
                saved_as_pdfa(pdf, target)
        except pikepdf.PasswordError as fault:
            raise encrypted() from fault
        except pikepdf.PdfError as fault:
            raise damaged(fault) from fault

    def prove(self, source: Path, kind: str, target: Path) -> list[Proof]:
        """Pages, text and looks are the same."""
        return [
            pages_proof(source, target),
            text_proof(texts_of(source, "pdf"), texts_of(target, "pdf"), 0.999),
            looks_proof(source, target),
            conformance_proof(target),
        ]


def saved_as_pdfa(pdf: Any, target: Path) -> None:
    """Write an open PDF as PDF/A-2b; `Unreadable` names the rule that can not be met."""
    from pikepdf import pdfa

    try:
        pdfa.save(pdf, target, "2b")
    except pdfa.PdfaError as fault:
        what = str(fault)[:300]
        raise Unreadable(
            "not-pdfa", f"此 PDF 不能直接改为 PDF/A：{what}", f"cannot be made PDF/A: {what}"
        ) from fault


def conformance_proof(target: Path) -> Proof:
    """Does the copy pass as PDF/A-2b? What could not be checked is said, not counted against it."""
    import pikepdf
    from pikepdf import pdfa

    with pikepdf.open(target) as pdf:
        report = pdfa.check(pdf, "2b")
    verdict = str(report.verdict)
    return Proof("PDF/A-2b", "–", verdict, verdict != "fail")


def pages_proof(source: Path, target: Path) -> Proof:
    """As many pages."""
    with open_pdf(source) as old, open_pdf(target) as new:
        before, after = len(old), len(new)
    return Proof("页数 pages", str(before), str(after), before == after)


def looks_proof(source: Path, target: Path) -> Proof:
    """Sampled pages drawn from both files, compared dot by dot."""
    import numpy

    worst = 1.0
    with open_pdf(source) as old, open_pdf(target) as new:
        pages = range(min(len(old), len(new)))
        for number in pages[:: max(1, len(pages) // _SAMPLED_PAGES)]:
            first, second = (_drawn(document, number) for document in (old, new))
            if first.shape != second.shape:
                return Proof("版面 looks", str(first.shape), str(second.shape), False)
            near = numpy.abs(first.astype(int) - second.astype(int)) <= 16
            worst = min(worst, float(near.mean()))
    return Proof("版面 looks", "100%", f"{worst:.2%} 相同 alike", worst >= _LEAST_ALIKE)


def _drawn(document, number):  # type: ignore[no-untyped-def]
    page = document[number]
    scale = _WIDTH / max(page.get_size()[0], 1)
    return page.render(scale=scale, grayscale=True).to_numpy()
