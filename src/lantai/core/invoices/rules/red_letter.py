"""Red-letter invoices 红字发票: negative, naming the blue one, and not more than it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lantai.core.invoices.model import Invoice
from lantai.core.invoices.rule import InvoiceBatch, InvoiceFile, InvoiceFinding, InvoiceRule

_BLUE_NUMBER = re.compile(
    r"(?:被红冲蓝字(?:数电)?(?:发票|票)|对应(?:的)?蓝字发票|对应正数发票)\D{0,12}?(\d{8,20})"
)
_BLUE_CODE = re.compile(r"代码\s*[:：]?\s*(\d{10,12})\D{0,6}号码\s*[:：]?\s*(\d{8})")


def blue_key(invoice: Invoice) -> str:
    """The key of the blue invoice a red one names in its note; empty when it names none."""
    if "红" not in invoice.note and "对应" not in invoice.note:
        return ""
    found = _BLUE_CODE.search(invoice.note)
    if found:
        return found.group(1) + found.group(2)
    found = _BLUE_NUMBER.search(invoice.note)
    return found.group(1) if found else ""


def is_red(invoice: Invoice) -> bool:
    """By its mark (not Y), or by a negative total."""
    if invoice.issue_type:
        return invoice.issue_type.upper() not in ("Y", "0", "蓝字发票", "蓝字")
    return invoice.total is not None and invoice.total < 0


class RedLetter(InvoiceRule):
    """A red invoice has negative sums, names its blue one, and all of them together take back no
    more than that one was."""

    id = "red-letter"
    label_zh = "红字发票"
    label_en = "red-letter invoices"
    clauses = ("数电发票公告 2024 年第 11 号",)

    def judge(self, batch: InvoiceBatch) -> Iterator[InvoiceFinding]:
        """Each red invoice, then each blue one with all its red ones."""
        taken: dict[str, list[InvoiceFile]] = {}
        for files in batch.by_key.values():
            file = files[0]
            if not is_red(file.invoice):
                if file.invoice.total is not None and file.invoice.total < 0:
                    yield self._finding(file, "标为蓝字而金额为负", "marked blue, yet negative")
                continue
            if file.invoice.total is not None and file.invoice.total > 0:
                yield self._finding(file, "红字发票金额应为负", "a red invoice must be negative")
            key = blue_key(file.invoice)
            if key:
                taken.setdefault(key, []).append(file)
            else:
                yield self._finding(
                    file, "红字发票未注明对应的蓝字发票", "names no blue invoice", "warning"
                )
        for key, reds in taken.items():
            yield from self._against(key, reds, batch)

    def _against(
        self, key: str, reds: list[InvoiceFile], batch: InvoiceBatch
    ) -> Iterator[InvoiceFinding]:
        blue = batch.by_key.get(key)
        if not blue:
            if key not in batch.booked:
                yield self._finding(
                    reds[0],
                    f"对应的蓝字发票 {key} 不在本批，也未入账",
                    f"its blue invoice {key} is neither here nor booked",
                    "warning",
                )
            return
        stated = blue[0].invoice.total
        back = sum(abs(file.invoice.total) for file in reds if file.invoice.total is not None)
        if stated is not None and back > stated:
            yield self._finding(
                reds[-1],
                f"红冲金额 {back} 大于蓝字发票 {key} 的 {stated}",
                f"takes back {back}, more than the {stated} of {key}",
            )

    def _finding(
        self, file: InvoiceFile, zh: str, en: str, severity: str = "error"
    ) -> InvoiceFinding:
        return InvoiceFinding(
            self.id,
            file.path,
            severity,
            zh,
            en,
            "核对红字信息确认单与蓝字发票",
            "check the red-letter confirmation and the blue invoice",
        )
