"""PDF and PDF/A 版式文件: pages, text, properties, openability."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lantai.core.formats.format import Format, PageText, Problem, Unreadable, damaged, encrypted
from lantai.core.formats.pdfa_claim import claim_in
from lantai.core.ofd.trust import TrustList

_ACTIVE = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/RichMedia", "/XFA")


class Pdf(Format):
    """PDF of every version; PDF/A is told by its XMP claim."""

    id = "pdf"
    label_zh, label_en = "PDF 文档", "PDF document"
    mimes = ("application/pdf",)
    extensions = ("pdf",)
    has_text = True

    def texts(self, path: Path) -> Iterator[PageText]:
        """Text of each page by pdfium, `Unreadable` when the document does not open."""
        with open_pdf(path) as document:
            for number in range(len(document)):
                try:
                    page = document[number]
                    text_page = page.get_textpage()
                    text = text_page.get_text_bounded().replace("\r\n", "\n").replace("\x00", "")
                    text_page.close()
                    page.close()
                except _pdfium_error():
                    text = ""
                yield PageText(number + 1, text)

    def characterise(self, path: Path) -> dict[str, Any]:
        """Pages, sizes (mm), version, PDF/A claim, info, fonts embedded, active content."""
        import pikepdf

        found: dict[str, Any] = {}
        try:
            with pikepdf.open(path) as pdf:
                found = {
                    "pages": len(pdf.pages),
                    "pdf_version": pdf.pdf_version,
                    "encrypted": pdf.is_encrypted,
                    "info": _info(pdf),
                    "pdfa": _pdfa(pdf),
                    "active": _active(pdf),
                    "attachments": _attachments(pdf),
                    "repaired": bool(pdf.get_warnings()),
                    "signatures": signatures_of(path),
                }
        except pikepdf.PasswordError:
            raise encrypted() from None
        except (pikepdf.PdfError, ValueError, RuntimeError, TypeError, KeyError, OSError) as fault:
            with open_pdf(path) as document:
                return {"pages": len(document), "repaired": True, "structure": str(fault)[:200]}
        return found

    def verify(self, path: Path) -> list[Problem]:
        """Opens in pdfium and has pages; qpdf's structural complaints are warnings."""
        problems = []
        with open_pdf(path) as document:
            if len(document) == 0:
                raise Unreadable("damaged", "PDF 没有页面", "the PDF has no pages")
            try:
                document[0].close()
            except _pdfium_error() as fault:
                raise damaged(fault) from fault
        found = self.characterise(path)
        for one in found.get("signatures", ()):
            if one["verdict"] == "altered":
                problems.append(
                    Problem(
                        "altered",
                        "error",
                        f"电子签名后被改动：{one['field']}",
                        f"altered after signing: {one['field']}",
                    )
                )
        if found.get("repaired"):
            problems.append(
                Problem(
                    "irregular",
                    "warning",
                    "PDF 结构不规范，靠修复才能打开",
                    "the PDF's structure is irregular and opens only by repair",
                )
            )
        if found.get("active"):
            names = ", ".join(found["active"])
            problems.append(
                Problem("active", "warning", f"含活动内容：{names}", f"active content: {names}")
            )
        return problems


def _pdfium_error() -> type[Exception]:
    import pypdfium2

    return pypdfium2.PdfiumError


@contextmanager
def open_pdf(path: Path | bytes) -> Iterator[Any]:
    """The document (a file, or its bytes) in pdfium; `Unreadable` when it needs a password or does not open."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except (pypdfium2.PdfiumError, OSError) as fault:
        if "password" in str(fault).lower():
            raise encrypted() from None
        raise damaged(fault) from fault
    try:
        yield document
    finally:
        document.close()


def _info(pdf: Any) -> dict[str, str]:
    found = {}
    try:
        for key, value in list(pdf.docinfo.items())[:200]:
            found[str(key).lstrip("/")] = str(value)[:2000]
    except (ValueError, RuntimeError, TypeError):
        pass
    return found


def _pdfa(pdf: Any) -> str:
    try:
        data = bytes(pdf.Root.Metadata.read_bytes())[:1_000_000]
    except (AttributeError, KeyError, RuntimeError, ValueError, TypeError):
        return ""
    return claim_in(data)


def signatures_of(path: Path, trust: TrustList | None = None) -> list[dict[str, Any]]:
    """Each signature as JSON; the library for them is loaded only for a PDF that has some."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find(b"/ByteRange") < 0:
            return []
    from lantai.core.formats.pdf_signatures import check_pdf_signatures

    return [one.to_json() for one in check_pdf_signatures(path, trust)]


def _active(pdf: Any) -> list[str]:
    found: set[str] = set()
    for number, item in enumerate(pdf.objects):
        if number > 20_000:
            break
        try:
            for inner in _direct(item, 4):
                found.update(key for key in _ACTIVE if key in inner)
                kind = inner.get("/S")
                if kind is not None and str(kind) in _ACTIVE:
                    found.add(str(kind))
        except (AttributeError, TypeError, ValueError, RuntimeError, KeyError):
            continue
    return sorted(name.lstrip("/") for name in found)


def _direct(item: Any, depth: int) -> Iterator[Any]:
    """A dictionary and those written inside it; what it only points to is met by itself."""
    import pikepdf

    if isinstance(item, pikepdf.Stream | pikepdf.Dictionary):
        yield item
        values = list(item.values()) if isinstance(item, pikepdf.Dictionary) else []
    elif isinstance(item, pikepdf.Array) and len(item) < 100:
        values = list(item)  # type: ignore[call-overload]
    else:
        return
    for value in values if depth else ():
        if isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect:
            yield from _direct(value, depth - 1)


def _attachments(pdf: Any) -> list[str]:
    try:
        return [str(name) for name in pdf.attachments][:1000]
    except (AttributeError, KeyError, ValueError, RuntimeError, TypeError):
        return []
