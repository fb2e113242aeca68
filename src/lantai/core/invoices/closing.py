"""Closing a month of accounts 月结: are its vouchers complete, in order, and do their papers agree.

Pure: it compares what was read. The least terms are those of 会计档案管理办法附表 (30 years for
vouchers and ledgers, 10 for monthly reports).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePath

from lantai.core.invoices.rule import InvoiceFile, InvoiceFinding, check_batch
from lantai.core.schedules.least_terms import years_of

VOUCHER, LEDGER, REPORT = "01", "02", "03"
"""会计资料形式 (DA/T 94-2022 8.3.2)."""
LEAST_YEARS = {VOUCHER: 30, LEDGER: 30, REPORT: 10}
_LAST_NUMBER = re.compile(r"^(.*?)(\d+)\D*$")


@dataclass(frozen=True)
class AccountsItem:
    """One voucher, ledger or report of the month; ``place`` is how a person finds it."""

    place: str
    form: str
    voucher_no: str = ""
    date: str = ""
    amount: Decimal | None = None
    retention: str = ""
    filed: bool = True
    invoices: tuple[InvoiceFile, ...] = ()


@dataclass(frozen=True)
class AccountsMonth:
    """A fiscal month, what belongs to it, and the invoices booked in other months: key → where."""

    year: int
    month: int
    items: tuple[AccountsItem, ...]
    booked: Mapping[str, str] = field(default_factory=dict)

    @property
    def vouchers(self) -> list[AccountsItem]:
        """What has to be numbered without a gap."""
        return [item for item in self.items if item.form == VOUCHER]

    @property
    def invoice_keys(self) -> dict[str, str]:
        """Each invoice of the month and the voucher it is tied to."""
        return {
            file.invoice.key: item.place
            for item in self.items
            for file in item.invoices
            if file.invoice.key
        }


def judge_month(month: AccountsMonth) -> list[InvoiceFinding]:
    """All that stands against closing: errors forbid it, warnings want an explanation."""
    found = [*_presence(month), *_numbers(month), *_each(month)]
    files = [file for item in month.items for file in item.invoices]
    return [*found, *_attached_twice(month), *check_batch(files, month.booked)]


def _presence(month: AccountsMonth) -> Iterator[InvoiceFinding]:
    if not month.vouchers:
        yield InvoiceFinding(
            "no-voucher", "", "error",
            f"{month.year} 年 {month.month} 月没有会计凭证", "the month has no voucher",
            "先把本月凭证归档；确无业务的不必月结", "file the month's vouchers first",
        )  # fmt: skip
    forms = {item.form for item in month.items}
    wanted = ((LEDGER, "会计账簿", "ledgers"), (REPORT, "财务会计报告", "reports"))
    for form, zh, en in wanted if month.month == 12 else ():
        if form not in forms:
            yield InvoiceFinding(
                "year-end", "", "warning",
                f"年末月结没有{zh}", f"there are no {en} at the end of the year",
                f"把本年{zh}归入十二月，或说明另行归档", "file them, or say where they are",
            )  # fmt: skip


def _attached_twice(month: AccountsMonth) -> Iterator[InvoiceFinding]:
    """An invoice behind two vouchers in different forms (XML to one, OFD to the other) is twice
    booked as well; two files of one kind are told by the rule of duplicates."""
    seen: dict[str, dict[str, set[str]]] = {}
    for item in month.items:
        for file in item.invoices:
            if file.invoice.key:
                kinds = seen.setdefault(file.invoice.key, {}).setdefault(item.place, set())
                kinds.add(PurePath(file.path).suffix.lower())
    for key, places in seen.items():
        (first, had), *others = places.items()
        for place, kinds in others:
            if not kinds & had:
                yield InvoiceFinding(
                    "duplicate", place, "error",
                    f"发票 {key} 也附在 {first} 之后", f"invoice {key} is also with {first}",
                    "核对两笔业务；确为重复的退回报销人，分次入账的只附在一张凭证后",
                    "compare both; where it is booked in parts, keep it with one voucher",
                )  # fmt: skip
            had = had | kinds


def _numbers(month: AccountsMonth) -> Iterator[InvoiceFinding]:
    """Numbers that stand twice, and gaps in each run (记-1, 记-2 … by its word)."""
    runs: dict[str, dict[int, str]] = {}
    for item in month.vouchers:
        match = _LAST_NUMBER.match(item.voucher_no.strip())
        if match is None:
            yield InvoiceFinding(
                "no-number", item.place, "error", "凭证没有编号", "the voucher has no number",
                "补著录凭证号", "give the number of the voucher",
            )  # fmt: skip
            continue
        run = runs.setdefault(match.group(1), {})
        number = int(match.group(2)[-9:])
        if number in run:
            yield InvoiceFinding(
                "number-twice", item.place, "error",
                f"凭证号 {item.voucher_no} 与 {run[number]} 相同",
                f"voucher number {item.voucher_no} stands twice, also {run[number]}",
                "核对后改正其中一个", "correct one of them",
            )  # fmt: skip
        run.setdefault(number, item.place)
    for word, run in sorted(runs.items()):
        missing = _gaps(run)
        if missing:
            yield InvoiceFinding(
                "number-gap", "", "warning",
                f"凭证断号：{word}{'、'.join(missing)}",
                f"voucher numbers are missing: {word}{', '.join(missing)}",
                "补齐凭证，或在月结说明中写明断号原因", "file them, or explain the gap",
            )  # fmt: skip


def _gaps(run: Mapping[int, str]) -> list[str]:
    """The missing numbers from 1 on, runs of them as 5–9; the first twenty."""
    gaps, expected = [], 1
    for number in sorted(run):
        if number > expected:
            last = number - 1
            gaps.append(str(expected) if last == expected else f"{expected}–{last}")
        expected = number + 1
    return gaps[:20]


def _each(month: AccountsMonth) -> Iterator[InvoiceFinding]:
    for item in month.items:
        if not item.filed:
            yield InvoiceFinding(
                "not-filed", item.place, "error", "还没有归档登记", "not filed yet",
                "归档登记后再月结", "file it first",
            )  # fmt: skip
        least, years = LEAST_YEARS.get(item.form), years_of(item.retention)
        if least and years is not None and years < least:
            yield InvoiceFinding(
                "retention-short", item.place, "error",
                f"保管期限短于 {least} 年", f"kept for less than {least} years",
                "改按会计档案管理办法附表的期限", "use the term of the accounting records rules",
            )  # fmt: skip
        day = item.date.replace("-", "")[:6]
        if item.form == VOUCHER and day and day != f"{month.year:04d}{month.month:02d}":
            yield InvoiceFinding(
                "date-outside", item.place, "warning",
                f"凭证日期 {item.date} 不在本月", f"dated {item.date}, not of this month",
                "核对会计月份和日期", "check the month and the date",
            )  # fmt: skip
        yield from _sum(item)


def _sum(item: AccountsItem) -> Iterator[InvoiceFinding]:
    """The invoices of a voucher against its amount; several forms of one invoice are one."""
    totals = {
        file.invoice.key or file.path: file.invoice.total
        for file in item.invoices
        if file.invoice.total is not None
    }
    together = sum((total for total in totals.values() if total is not None), Decimal(0))
    if item.form == VOUCHER and item.amount is not None and totals and together != item.amount:
        yield InvoiceFinding(
            "sum", item.place, "warning",
            f"发票合计 {together} 元，凭证金额 {item.amount} 元",
            f"invoices sum to {together}, the voucher says {item.amount}",
            "补齐附件，或说明差额（补贴、借款等）", "add what is missing, or explain",
        )  # fmt: skip
