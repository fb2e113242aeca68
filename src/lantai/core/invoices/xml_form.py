"""Invoices in XML: 数电票, VAT 2019 schema, 财政部 XBRL, by the table in fields.toml."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from lantai.core.invoices.model import Invoice, InvoiceLine, NoInvoice, Party, iso_date, money
from lantai.core.safe_xml import XmlRefused, child, descendants, local, parse_xml

_TABLE = Path(__file__).with_name("fields.toml")
_MONEY = ("amount", "tax", "total")
MOST_LINES = 10_000


@lru_cache(maxsize=1)
def _kinds() -> dict[str, dict[str, Any]]:
    with _TABLE.open("rb") as stream:
        table = tomllib.load(stream)
    return {root: kind for kind in table["kind"] for root in kind["roots"]}


def invoice_from_xml(data: bytes, source: str = "") -> Invoice:
    """The invoice of an XML document; `NoInvoice` when it is none."""
    try:
        root = parse_xml(data, recover=True)
    except XmlRefused as fault:
        raise NoInvoice(f"XML 无法读取 XML cannot be read: {fault}") from fault
    kind = _kinds().get(local(root))
    if kind is None:
        raise NoInvoice(f"不是发票 XML not an invoice: <{local(root)}>")
    line_elements = list(descendants(root, kind["line"]))[:MOST_LINES]
    within = {element for line in line_elements for element in line.iter()}
    index = _index(root, within)
    invoice = Invoice(kind=kind["id"], source=source)
    for name, candidates in kind["fields"].items():
        setattr(invoice, name, _value(name, index, candidates))
    invoice.date = iso_date(invoice.date)
    invoice.buyer = Party(**_joined(index, kind["buyer"]))
    invoice.seller = Party(**_joined(index, kind["seller"]))
    invoice.lines = [_line(element, kind["line_fields"]) for element in line_elements]
    travel = {name: _first(index, names) for name, names in kind.get("travel", {}).items()}
    invoice.travel = {name: value for name, value in travel.items() if value}
    if not (invoice.number or invoice.total is not None):
        raise NoInvoice("发票号码与金额都缺 neither number nor total")
    return invoice


def _index(root: etree._Element, without: set[etree._Element]) -> dict[str, str]:
    """The first filled text for each local name, and for each "parent/name"."""
    index: dict[str, str] = {}
    for element in root.iter():
        text = (element.text or "").strip()
        if not text or element in without:
            continue
        name = local(element)
        parent = element.getparent()
        index.setdefault(name, text)
        if parent is not None:
            index.setdefault(f"{local(parent)}/{name}", text)
    return index


def _first(index: dict[str, str], names: list[str]) -> str:
    return next((index[name] for name in names if index.get(name)), "")


def _value(name: str, index: dict[str, str], candidates: list[str]) -> Any:
    text = _first(index, candidates)
    return money(text) if name in _MONEY else text


def _joined(index: dict[str, str], fields: dict[str, list[str]]) -> dict[str, str]:
    """Each field with all its parts, a blank between (address and telephone)."""
    found = {}
    for name, names in fields.items():
        parts = [index[n] for n in names if index.get(n)]
        found[name] = (
            " ".join(parts) if name in ("address_phone", "bank_account") else "".join(parts[:1])
        )
    return found


def _line(element: etree._Element, fields: dict[str, list[str]]) -> InvoiceLine:
    line = InvoiceLine()
    for name, names in fields.items():
        texts = ((child(element, one), one) for one in names)
        text = next(((e.text or "").strip() for e, _ in texts if e is not None), "")
        setattr(line, name, money(text) if name in ("amount", "tax") else text)
    return line
