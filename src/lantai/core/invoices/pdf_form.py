"""Invoices in PDF: XML attached, else Info keys of 数电票, else what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pikepdf
import pypdfium2

from lantai.core.invoices.model import Invoice, NoInvoice, Party, iso_date, money
from lantai.core.invoices.xml_form import invoice_from_xml

_MOST_PAGES = 20
_AMOUNT = r"[¥￥]?\s*(?:CNY\s*)?([0-9][0-9,]*\.\d{2})"
_NUMBER = re.compile(r"(?:发票号码|电子发票号码)\s*[:：]?\s*(\d{8,20})")
_CODE = re.compile(r"发票代码\s*[:：]?\s*(\d{10,12})")
_DATE = re.compile(r"(?:开票日期|填开日期)\s*[:：]?\s*(\d{4}\s*[年-]\s*\d{1,2}\s*[月-]\s*\d{1,2})")
_ANY_DATE = re.compile(r"\d{4}\s*[年-]\s*\d{1,2}\s*[月-]\s*\d{1,2}")
_CHECK = re.compile(r"校\s*验\s*码\s*[:：]?\s*([\d ]{20,26})")
_TITLE = re.compile(r"[\w（）()]*(?:发票|行程单|客票|票据)[（(]?[\w]*[）)]?")
_TOTAL = (
    re.compile(r"[（(]小写[）)]\s*" + _AMOUNT),
    re.compile(r"价税合计[^\n]*?" + _AMOUNT),
    re.compile(r"(?<![\w])合计\s*" + _AMOUNT),
)
_SUMS = re.compile(r"合\s*计\s*" + _AMOUNT + r"\s*" + _AMOUNT)
_TAX = re.compile(r"税额\s*" + _AMOUNT)
_TAX_ID = re.compile(r"(?<![0-9A-Z])([0-9A-Z]{15,20})(?![0-9A-Z*])")
_COMPANY = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9（）()·]{4,40}(?:公司|局|院|厂|店|中心|所|社|馆|学校|大学)"
)


def invoice_from_pdf(path: Path) -> Invoice:
    """The invoice of a PDF; `NoInvoice` when there is none or it does not open."""
    found, *drawn = pdf_forms(path)
    if drawn:
        _fill(found, drawn[0])
    return found


def pdf_forms(path: Path) -> list[Invoice]:
    """Every form of the invoice in a PDF, the surer first: XML or Info keys, then page text."""
    structured = _from_structure(path)
    forms = [form for form in (structured, _from_text(_page_text(path))) if form is not None]
    if not forms:
        raise NoInvoice("PDF 中没有发票数据 no invoice data in this PDF")
    return forms


def _from_structure(path: Path) -> Invoice | None:
    try:
        with pikepdf.open(path) as pdf:
            for name, attached in pdf.attachments.items():
                if name.lower().endswith((".xml", ".xbrl")):
                    try:
                        return invoice_from_xml(attached.get_file().read_bytes(), name)
                    except NoInvoice:
                        continue
            return _from_info({str(k): str(v) for k, v in pdf.docinfo.items()})
    except (pikepdf.PdfError, ValueError, RuntimeError, TypeError, KeyError, OSError):
        return None


def _from_info(info: dict[str, str]) -> Invoice | None:
    number = info.get("/InvoiceNumber", "")
    if not number:
        return None
    return Invoice(
        kind="einvoice",
        number=number,
        date=iso_date(info.get("/IssueTime", "")),
        buyer=Party(tax_id=info.get("/BuyerIdNum", "")),
        seller=Party(tax_id=info.get("/SellerIdNum", "")),
        amount=money(info.get("/TotalAmWithoutTax", "")),
        tax=money(info.get("/TotalTaxAm", "")),
        total=money(info.get("/TotalTax-includedAmount", "")),
        source="PDF Info",
    )


def _page_text(path: Path) -> str:
    try:
        document = pypdfium2.PdfDocument(path)
    except (pypdfium2.PdfiumError, OSError) as fault:
        raise NoInvoice(f"PDF 无法读取 PDF cannot be read: {fault}") from fault
    try:
        texts = []
        for number in range(min(len(document), _MOST_PAGES)):
            texts.append(document[number].get_textpage().get_text_bounded())
        return "\n".join(texts).replace("\r\n", "\n")
    except pypdfium2.PdfiumError as fault:
        raise NoInvoice(f"PDF 无法读取 PDF cannot be read: {fault}") from fault
    finally:
        document.close()


def _from_text(text: str) -> Invoice | None:
    number = _group(_NUMBER, text)
    if not number or not re.search(r"发票|客票|行程单|票据", text):
        return None
    invoice = Invoice(kind="pdf-text", number=number, code=_group(_CODE, text), source="page text")
    titles = [
        t for t in _TITLE.findall(text) if len(t) >= 4 and "号码" not in t and "代码" not in t
    ]
    invoice.title = max(titles, key=len, default="")
    dates = _ANY_DATE.findall(text)
    invoice.date = iso_date(_group(_DATE, text) or (dates[-1] if dates else ""))
    invoice.check_code = _group(_CHECK, text).replace(" ", "")
    invoice.total = next((money(v) for v in (_group(p, text) for p in _TOTAL) if v), None)
    sums = _SUMS.search(text)
    if sums:
        invoice.amount, invoice.tax = money(sums.group(1)), money(sums.group(2))
    else:
        invoice.tax = money(_group(_TAX, text))
    _parties(invoice, text)
    return invoice


def _parties(invoice: Invoice, text: str) -> None:
    """Buyer and seller as labelled, else the companies and tax ids in their usual order."""
    buyer = re.search(r"(?:购买方名称|购\s*名称)[ \t]*[:：][ \t]*([^\s:：]{2,40})", text)
    seller = re.search(r"(?:销售方名称|填开单位)[ \t]*[:：][ \t]*([^\s:：]{2,40})", text)
    companies = list(dict.fromkeys(_COMPANY.findall(text)))
    ids = [
        i for i in dict.fromkeys(_TAX_ID.findall(text)) if i not in (invoice.number, invoice.code)
    ]
    ids = [i for i in ids if len(i) in (15, 18) and any(c.isdigit() for c in i)]
    invoice.seller.name = seller.group(1) if seller else ""
    invoice.buyer.name = buyer.group(1) if buyer else ""
    rest = [c for c in companies if c not in (invoice.seller.name, invoice.buyer.name)]
    if not invoice.buyer.name and rest:
        invoice.buyer.name = rest.pop(0)
    if not invoice.seller.name and rest:
        invoice.seller.name = rest.pop(0)
    if len(ids) >= 2:
        invoice.buyer.tax_id, invoice.seller.tax_id = ids[0], ids[1]
    elif ids:
        invoice.buyer.tax_id = ids[0]


def _fill(found: Invoice, drawn: Invoice) -> None:
    """Take from the page what the structured part leaves open."""
    for name in ("title", "date", "total", "amount", "tax", "check_code"):
        if not getattr(found, name):
            setattr(found, name, getattr(drawn, name))
    for party in ("buyer", "seller"):
        mine, other = getattr(found, party), getattr(drawn, party)
        mine.name = mine.name or other.name
        mine.tax_id = mine.tax_id or other.tax_id


def _group(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group(1) if found else ""
