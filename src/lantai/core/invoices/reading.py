"""Reading an invoice from whatever file carries it, in the sandbox."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path
from typing import Any

from lantai.core.formats.format import Unreadable
from lantai.core.formats.sandbox import ParseFailed, run_isolated
from lantai.core.invoices.model import Invoice, InvoiceLine, NoInvoice, Party
from lantai.core.invoices.ofd_form import invoice_from_ofd, ofd_forms
from lantai.core.invoices.pdf_form import invoice_from_pdf, pdf_forms
from lantai.core.invoices.rule import InvoiceFile
from lantai.core.invoices.xml_form import invoice_from_xml

MOST_BYTES = 128 * 1024 * 1024
_SECONDS = 60.0


def read_invoice(path: Path, in_process: bool = False) -> Invoice:
    """The invoice in an XML, OFD or PDF file, told by its content.

    Raises `NoInvoice` when the file cannot be read or holds none.
    """
    path = Path(path)
    if in_process:
        return _read(path)
    try:
        return _rebuild(run_isolated(invoice_fields, str(path), seconds=_SECONDS))
    except ParseFailed as failure:
        raise NoInvoice(str(failure)) from failure


def read_forms(path: Path, in_process: bool = False) -> InvoiceFile:
    """Every form of the invoice in a file, in the sandbox; `NoInvoice` when it holds none."""
    path = Path(path)
    if in_process:
        return InvoiceFile(str(path), tuple(_forms(path)))
    try:
        forms = run_isolated(forms_fields, str(path), seconds=_SECONDS)
    except ParseFailed as failure:
        raise NoInvoice(str(failure)) from failure
    return InvoiceFile(str(path), tuple(_rebuild(form) for form in forms))


def invoice_fields(path: str) -> dict[str, Any]:
    """Worker's part of `read_invoice`."""
    try:
        return _read(Path(path)).to_json()
    except NoInvoice as none:
        raise Unreadable("no-invoice", str(none), "") from none


def forms_fields(path: str) -> list[dict[str, Any]]:
    """Worker's part of `read_forms`."""
    try:
        return [form.to_json() for form in _forms(Path(path))]
    except NoInvoice as none:
        raise Unreadable("no-invoice", str(none), "") from none


def _read(path: Path) -> Invoice:
    kind, data = _content(path)
    if kind == "ofd":
        return invoice_from_ofd(path)
    return invoice_from_pdf(path) if kind == "pdf" else invoice_from_xml(data, path.name)


def _forms(path: Path) -> list[Invoice]:
    kind, data = _content(path)
    if kind == "ofd":
        return ofd_forms(path)
    return pdf_forms(path) if kind == "pdf" else [invoice_from_xml(data, path.name)]


def _content(path: Path) -> tuple[str, bytes]:
    """What the file is by its first bytes; with its content when it is XML."""
    try:
        with path.open("rb") as stream:
            head = stream.read(1024)
            if path.stat().st_size > MOST_BYTES:
                raise NoInvoice("文件过大 file too large")
            if head.startswith(b"PK"):
                return "ofd", b""
            return ("pdf", b"") if b"%PDF" in head else ("xml", head + stream.read())
    except OSError as fault:
        raise NoInvoice(f"无法打开 cannot be opened: {fault.strerror or fault}") from fault


def _rebuild(fields: dict[str, Any]) -> Invoice:
    fields = {k: v for k, v in fields.items() if k in {f.name for f in dataclasses.fields(Invoice)}}
    fields["buyer"], fields["seller"] = Party(**fields["buyer"]), Party(**fields["seller"])
    fields["lines"] = [
        InvoiceLine(**_decimals(line, ("amount", "tax"))) for line in fields["lines"]
    ]
    return Invoice(**_decimals(fields, ("amount", "tax", "total")))


def _decimals(fields: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {
        key: Decimal(value) if key in names and value is not None else value
        for key, value in fields.items()
    }
