"""What an invoice 发票 says, whatever file carried it."""

from __future__ import annotations

import datetime
import re
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any


class NoInvoice(Exception):
    """The file holds no invoice that we can read; the message says why."""


@dataclass
class Party:
    """购买方 or 销售方; absent fields are empty."""

    name: str = ""
    tax_id: str = ""
    address_phone: str = ""
    bank_account: str = ""


@dataclass
class InvoiceLine:
    """One line 明细行; money as Decimal or None."""

    name: str = ""
    specification: str = ""
    unit: str = ""
    quantity: str = ""
    unit_price: str = ""
    amount: Decimal | None = None
    tax_rate: str = ""
    tax: Decimal | None = None


@dataclass
class Invoice:
    """An invoice: ``date`` is ISO; ``amount`` without tax, ``total`` with it, in yuan.

    ``kind`` is einvoice (数电票), vat (税控电子票), xbrl (电子凭证会计数据), or pdf-text;
    ``source`` names the part of the file that was read.
    """

    kind: str = ""
    title: str = ""
    code: str = ""
    number: str = ""
    check_code: str = ""
    machine_number: str = ""
    date: str = ""
    buyer: Party = field(default_factory=Party)
    seller: Party = field(default_factory=Party)
    lines: list[InvoiceLine] = field(default_factory=list)
    amount: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    total_in_words: str = ""
    note: str = ""
    clerk: str = ""
    payee: str = ""
    reviewer: str = ""
    issue_type: str = ""
    """Y blue 蓝字, anything else red 红字; empty where the file does not say."""
    travel: dict[str, str] = field(default_factory=dict)
    source: str = ""

    @property
    def key(self) -> str:
        """What makes it one of a kind: code and number, or the 20-digit number."""
        return f"{self.code}{self.number}"

    def to_json(self) -> dict[str, Any]:
        """A JSON object; money as strings, so that no cent is lost."""
        found = asdict(self)
        found["key"] = self.key
        return {name: _plain(value) for name, value in found.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def money(text: str) -> Decimal | None:
    """A sum in yuan from "¥1,234.50", "CNY 9.10" or "*"; None when there is none."""
    cleaned = re.sub(r"[¥￥,，\s元]|CNY|RMB", "", text or "")
    try:
        found = Decimal(cleaned)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


_DATE = re.compile(r"(\d{4})\s*[-年/.]?\s*(\d{1,2})\s*[-月/.]?\s*(\d{1,2})")


def iso_date(text: str) -> str:
    """The day as YYYY-MM-DD from 2020年08月05日, 20200805, 2020-8-5 or a time stamp; or ""."""
    found = _DATE.search(text or "")
    if not found:
        return ""
    try:
        return datetime.date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        return ""
