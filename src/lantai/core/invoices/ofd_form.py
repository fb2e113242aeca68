"""Invoices in OFD: the XML inside, else custom tags and page text, else CustomDatas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ofdkit

from lantai.core.invoices.model import Invoice, InvoiceLine, NoInvoice, Party, iso_date, money
from lantai.core.invoices.xml_form import invoice_from_xml
from lantai.core.ofd.container import OfdUnreadable
from lantai.core.ofd.document import OfdDocument


def invoice_from_ofd(path: Path) -> Invoice:
    """The invoice of an OFD; `NoInvoice` when it holds none or does not open."""
    forms = ofd_forms(path)
    found = forms[0]
    found.title = next((form.title for form in forms if form.title), "")
    return found


def ofd_forms(path: Path) -> list[Invoice]:
    """Every form of the invoice in an OFD, the fullest first: XML, tags, CustomDatas."""
    try:
        with OfdDocument.open(path) as document:
            attached = _from_attachments(document)
            told = _from_custom_data(document.info())
        drawn = _from_tags(path)
    except (OfdUnreadable, ofdkit.OFDError, OSError) as fault:
        raise NoInvoice(f"OFD 无法读取 OFD cannot be read: {fault}") from fault
    forms = [form for form in (attached, drawn) if form is not None]
    if not forms:
        raise NoInvoice("OFD 中没有发票数据 no invoice data in this OFD")
    return forms + ([told] if told is not None else [])


def _from_custom_data(info: dict[str, Any]) -> Invoice | None:
    """What CustomDatas of OFD.xml says, by the names STANDARDS §9.4 lists."""
    for document in info.get("documents", ()):
        told = document.get("metadata", {}).get("CustomDatas") or {}
        if told.get("发票号码"):
            return Invoice(
                kind="custom-data",
                code=_text(told.get("发票代码")),
                number=_text(told.get("发票号码")),
                date=iso_date(_text(told.get("开票日期"))),
                amount=money(_text(told.get("合计金额"))),
                total=money(_text(told.get("价税合计"))),
                buyer=Party(name=_text(told.get("购买方名称"))),
                seller=Party(name=_text(told.get("销售方名称"))),
                source="OFD.xml CustomDatas",
            )
    return None


def _from_attachments(document: OfdDocument) -> Invoice | None:
    for name in document.container.names:
        folded = name.lower()
        if (
            folded.endswith((".xml", ".xbrl"))
            and "attach" in folded
            and "attachments" not in (folded.rpartition("/")[2])
        ):
            try:
                return invoice_from_xml(document.container.read(name), name)
            except NoInvoice:
                continue
    return None


def _from_tags(path: Path) -> Invoice | None:
    with ofdkit.open(path) as document:
        found = document.invoice()
    if found is None:
        return None
    number = _text(found.invoice_number)
    return Invoice(
        kind="einvoice" if len(number) == 20 else "vat",
        title=_text(found.invoice_type),
        code=_text(found.invoice_code),
        number=number,
        check_code=_text(found.check_code),
        machine_number=_text(found.machine_number),
        date=iso_date(_text(found.issue_date)),
        buyer=_party(found.buyer),
        seller=_party(found.seller),
        lines=[_line(item) for item in found.items],
        amount=money(_text(found.amount_without_tax)),
        tax=money(_text(found.tax_amount)),
        total=money(_text(found.total_amount)),
        note=_text(found.note),
        clerk=_text(found.issuer),
        payee=_text(found.payee),
        reviewer=_text(found.reviewer),
        source="CustomTags",
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _party(found: Any) -> Party:
    if found is None:
        return Party()
    return Party(
        *(_text(v) for v in (found.name, found.tax_id, found.address_phone, found.bank_account))
    )


def _line(item: Any) -> InvoiceLine:
    return InvoiceLine(
        _text(item.name),
        _text(item.specification),
        _text(item.unit),
        _text(item.quantity),
        _text(item.unit_price),
        money(_text(item.amount)),
        _text(item.tax_rate),
        money(_text(item.tax_amount)),
    )
