"""The sums of an invoice 发票算术校验: lines, tax, total, capitals, number and tax ids."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from lantai.core.invoices.model import Invoice

_CENT = Decimal("0.01")
_DIGITS = {c: n for n, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
_UNITS = {"拾": 10, "佰": 100, "仟": 1000}
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@dataclass(frozen=True)
class InvoiceProblem:
    """What does not agree; ``severity`` error for sums, warning for doubtful fields."""

    code: str
    severity: str
    message_zh: str
    message_en: str


def check_invoice(invoice: Invoice, today: datetime.date | None = None) -> list[InvoiceProblem]:
    """All disagreements: Σ lines = amount, Σ tax = tax, amount + tax = total (0.01 per line),
    capitals = total, number of 8 or 20 digits, tax id check digit, date not after ``today``."""
    found: list[InvoiceProblem] = []
    _sums(invoice, found)
    words = amount_in_words(invoice.total_in_words)
    if words is not None and invoice.total is not None and words != invoice.total:
        found.append(_wrong("words", "大写金额与小写不符", "capitals differ from figures"))
    if invoice.kind == "einvoice" and not (invoice.number.isdigit() and len(invoice.number) == 20):
        found.append(_odd("number", "数电票号码应为 20 位数字", "the number should have 20 digits"))
    for party, label in ((invoice.buyer, "购买方"), (invoice.seller, "销售方")):
        if len(party.tax_id) == 18 and not credit_code_good(party.tax_id):
            found.append(
                _odd("tax-id", f"{label}识别号校验码不符", f"tax id check digit: {party.tax_id}")
            )
    if not invoice.date:
        found.append(_odd("date", "缺开票日期", "no date"))
    elif today and datetime.date.fromisoformat(invoice.date) > today:
        found.append(_wrong("date", "开票日期晚于今日", "dated in the future"))
    return found


def _sums(invoice: Invoice, found: list[InvoiceProblem]) -> None:
    slack = _CENT * max(len(invoice.lines), 1)
    for name, label in (("amount", "金额"), ("tax", "税额")):
        values = [getattr(line, name) for line in invoice.lines]
        stated = getattr(invoice, name)
        if values and stated is not None and None not in values:
            total = sum(values, Decimal(0))
            if abs(total - stated) > slack:
                found.append(
                    _wrong(
                        name, f"明细{label}合计 {total} ≠ {stated}", f"lines: {total} ≠ {stated}"
                    )
                )
    if None not in (invoice.amount, invoice.tax, invoice.total):
        total = (invoice.amount or Decimal(0)) + (invoice.tax or Decimal(0))
        if abs(total - (invoice.total or Decimal(0))) > _CENT:
            found.append(
                _wrong(
                    "total",
                    f"金额加税额 {total} ≠ 价税合计 {invoice.total}",
                    f"amount plus tax {total} ≠ total {invoice.total}",
                )
            )


def _wrong(code: str, zh: str, en: str) -> InvoiceProblem:
    return InvoiceProblem(code, "error", zh, en)


def _odd(code: str, zh: str, en: str) -> InvoiceProblem:
    return InvoiceProblem(code, "warning", zh, en)


def amount_in_words(text: str) -> Decimal | None:
    """The sum of 壹万零陆佰圆整 or 负…; None when it is not such a sum."""
    cleaned = (text or "").strip().replace("元", "圆").replace("圓", "圆").replace("正", "整")
    sign = -1 if cleaned.startswith(("负", "(负数)", "（负数）")) else 1
    cleaned = cleaned.lstrip("负()（）数¥ⓧ⊗").rstrip("整")
    if not cleaned:
        return None
    total, section, digit = Decimal(0), 0, 0
    for character in cleaned:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _UNITS:
            section, digit = section + (digit or 1) * _UNITS[character], 0
        elif character in "万亿":
            part = section + digit
            total = total + part * 10_000 if character == "万" else (total + part) * 100_000_000
            section = digit = 0
        elif character == "圆":
            total, section, digit = total + section + digit, 0, 0
        elif character in "角分":
            total += Decimal(digit) / (10 if character == "角" else 100)
            digit = 0
        else:
            return None
    return sign * (total + section + digit)


def credit_code_good(code: str) -> bool:
    """The check digit of a unified social credit code 统一社会信用代码 (GB 32100-2015)."""
    code = code.upper()
    if len(code) != 18 or any(character not in _CREDIT for character in code):
        return False
    total = sum(
        _CREDIT.index(character) * weight
        for character, weight in zip(code[:17], _WEIGHTS, strict=True)
    )
    return _CREDIT[(31 - total % 31) % 31] == code[17]
